"""Per-subject and per-case keys: personal text is ciphertext from the first commit on; destroying a key redacts it."""

import base64
import os
import secrets
import sqlite3
import threading
from contextlib import suppress
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

    def __init__(self, folder: Path, *, survives_power_loss: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._master = AESGCM(_master_key(folder / "master.key"))
        self._rows = sqlite3.connect(folder / "keys.db", check_same_thread=False, isolation_level=None, timeout=30)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute(f"PRAGMA synchronous = {'FULL' if survives_power_loss else 'NORMAL'}")
        self._rows.execute("PRAGMA secure_delete=ON")
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
        """Crypto-shred: what was sealed for the owner can never be read again; no byte of the key stays in the file."""
        with self._lock:
            self._rows.execute("DELETE FROM data_key WHERE owner = ?", (owner,))
            self._rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._ciphers.pop(owner, None)

    def _cipher(self, owner: str, *, create: bool) -> AESGCM | None:
        with self._lock:
            if owner in self._ciphers:
                return self._ciphers[owner]
            wrapped = self._wrapped(owner)
            if wrapped is None and create:
                wrapped = self._make(owner)
            if wrapped is None:
                return None
            key = self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner.encode())
            self._ciphers[owner] = AESGCM(key)
            return self._ciphers[owner]

    def _wrapped(self, owner: str) -> bytes | None:
        row = self._rows.execute("SELECT wrapped FROM data_key WHERE owner = ?", (owner,)).fetchone()
        return bytes(row[0]) if row else None

    def _make(self, owner: str) -> bytes | None:
        """Make the owner's key, and return the one that is stored: another process may have been first."""
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, secrets.token_bytes(32), owner.encode())
        self._rows.execute("INSERT OR IGNORE INTO data_key VALUES (?, ?)", (owner, wrapped))
        return self._wrapped(owner)

    def close(self) -> None:
        self._rows.close()


def _master_key(path: Path) -> bytes:
    """Return the master key, made on first use; of several processes that make one at once, the first one's stays."""
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_bytes()
