"""Agencies' signatures (section 1.4): a detached EdDSA JWS over the event without it, canonical by RFC 8785."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

JWS = re.compile(r"(?P<header>[0-9A-Za-z_-]+)\.\.(?P<signature>[0-9A-Za-z_-]+)")
HEADER_NAMES = {"alg", "kid"}
LONGEST = 2048


class KeyDirectory:
    """Public keys by key id (`<source>#<n>`); a sandbox holds none, so no signature verifies there."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey] | None = None) -> None:
        self._keys = dict(keys or {})

    @classmethod
    def read(cls, path: Path) -> "KeyDirectory":
        """Read a JSON file: key id → the 32 bytes of an Ed25519 public key in base64url."""
        content: dict[str, str] = json.loads(path.read_bytes())
        return cls({kid: Ed25519PublicKey.from_public_bytes(decoded(key)) for kid, key in content.items()})

    def verifies(self, event: Mapping[str, Any]) -> bool:
        """Tell whether the event's signature is of the right form, by a key of its source, over this content."""
        try:
            return self._verifies(event)
        except (ValueError, RecursionError, InvalidSignature, binascii.Error):
            return False

    def _verifies(self, event: Mapping[str, Any]) -> bool:
        signature = event["signature"]
        match = JWS.fullmatch(signature) if isinstance(signature, str) and len(signature) <= LONGEST else None
        if match is None:
            return False
        header = json.loads(decoded(match["header"]), object_pairs_hook=_once)
        if not isinstance(header, dict) or set(header) != HEADER_NAMES or header["alg"] != "EdDSA":
            return False
        kid = header["kid"]
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None or not kid.startswith(f"{event['source']}#"):
            return False
        key.verify(decoded(match["signature"]), signed_bytes(match["header"], event))
        return True


def signed_bytes(header: str, event: Mapping[str, Any]) -> bytes:
    """Return what is signed: the encoded header, a dot, the encoded event without its signature."""
    payload = rfc8785.dumps({name: value for name, value in event.items() if name != "signature"})
    return f"{header}.{encoded(payload)}".encode()


def sign(event: Mapping[str, Any], kid: str, key: Ed25519PrivateKey) -> str:
    """Return the signature an agency puts into its event."""
    header = encoded(json.dumps({"alg": "EdDSA", "kid": kid}, separators=(",", ":")).encode())
    return f"{header}..{encoded(key.sign(signed_bytes(header, event)))}"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Decode base64url without padding; another spelling of the same bytes is a ValueError."""
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(content) != text:
        raise ValueError(text)
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a header member stands twice")
    return members
