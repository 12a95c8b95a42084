"""Per-subject and per-case keys: personal text is ciphertext from the first commit on; destroying a key redacts it."""

import base64
import os
import secrets
import sqlite3
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

REDACTED = "REDACTED"
NONCE_BYTES = 12


class KeyRing:
    """Data keys by owner (a subject token or a case id), wrapped by a master key in a file beside them.

    A key is durable before anything is sealed with it. `open` of a destroyed or foreign key returns REDACTED,
    never an error (PD-5).
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._master = AESGCM(_master_key(folder / "master.key"))
        self._rows = sqlite3.connect(folder / "keys.db", check_same_thread=False, isolation_level=None, timeout=30)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("CREATE TABLE IF NOT EXISTS data_key (owner TEXT PRIMARY KEY, wrapped BLOB)")
        self._ciphers: dict[str, AESGCM] = {}
        self._lock = threading.Lock()

    def seal(self, owner: str, text: str) -> str:
        """Return `text` as ciphertext (base64 of nonce and AES-256-GCM) under the owner's key, made on first use."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher(owner, create=True).encrypt(nonce, text.encode(), owner.encode())  # type: ignore[union-attr]
        return base64.b64encode(nonce + sealed).decode()

    def open(self, owner: str, sealed: str) -> str:
        raw = base64.b64decode(sealed)
        cipher = self._cipher(owner, create=False)
        if cipher is None:
            return REDACTED
        try:
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag:
            return REDACTED

    def destroy(self, owner: str) -> None:
        """Crypto-shred: what was sealed for the owner can never be read again."""
        with self._lock:
            self._rows.execute("DELETE FROM data_key WHERE owner = ?", (owner,))
            self._ciphers.pop(owner, None)

    def _cipher(self, owner: str, *, create: bool) -> AESGCM | None:
        with self._lock:
            if owner in self._ciphers:
                return self._ciphers[owner]
            row = self._rows.execute("SELECT wrapped FROM data_key WHERE owner = ?", (owner,)).fetchone()
            if row is None:
                if not create:
                    return None
                key = secrets.token_bytes(32)
                nonce = os.urandom(NONCE_BYTES)
                self._rows.execute(
                    "INSERT INTO data_key VALUES (?, ?)",
                    (owner, nonce + self._master.encrypt(nonce, key, owner.encode())),
                )
            else:
                key = self._master.decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], owner.encode())
            self._ciphers[owner] = AESGCM(key)
            return self._ciphers[owner]

    def close(self) -> None:
        self._rows.close()


def _master_key(path: Path) -> bytes:
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        draft.replace(path)
    return path.read_bytes()
