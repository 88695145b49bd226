"""Encryption of what people wrote and of where they can be reached, and the keyed hash that finds an address again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Keyring:
    """Keys newest first: the first seals, all open, the last one keys the hash (so that rotating keeps addresses findable)."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key, b"seal")) for key in keys])
        self._hash_key = _derived(keys[-1], b"hash")

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        return self._fernet.decrypt(sealed).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        return self._fernet.decrypt(sealed)

    def rotate(self, sealed: bytes) -> bytes:
        return self._fernet.rotate(sealed)

    def fingerprint(self, *parts: str) -> bytes:
        """The same bytes for the same parts under these keys; says nothing about them without the key."""
        return hmac.new(self._hash_key, "\0".join(parts).encode(), hashlib.sha256).digest()


def _derived(key: str, purpose: bytes) -> bytes:
    return base64.urlsafe_b64encode(hmac.new(key.encode(), purpose, hashlib.sha256).digest())


_keyring: Keyring | None = None


def use(keys: Sequence[str]) -> Keyring:
    """Set the keys of this process; called once, at its start."""
    global _keyring  # noqa: PLW0603  (column types cannot be handed anything)
    _keyring = Keyring(keys)
    return _keyring


def keyring() -> Keyring:
    if _keyring is None:
        msg = "sealing.use() was not called at the start of this process"
        raise RuntimeError(msg)
    return _keyring


class Sealed(TypeDecorator[str]):
    """A text column that the database only ever sees encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  (the signature is SQLAlchemy's)
        return None if value is None else keyring().seal(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else keyring().open(bytes(value))


class SealedBytes(TypeDecorator[bytes]):
    """A column of bytes that the database only ever sees encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  (the signature is SQLAlchemy's)
        return None if value is None else keyring().seal_bytes(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return None if value is None else keyring().open_bytes(bytes(value))
