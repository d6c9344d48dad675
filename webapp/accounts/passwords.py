"""Passwords are kept as argon2id hashes and checked in the same time for unknown names."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
#: One check takes 64 MiB: a crowd at the sign-in page waits in line instead of filling memory.
_AT_ONCE: Final = BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """Return the argon2id hash to keep of a password."""
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one kept; as slow without a hash as with one."""
    try:
        with _AT_ONCE:
            is_right = _HASHER.verify(password_hash or _nobodys(), password)
        return is_right and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")
