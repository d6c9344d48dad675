"""Passwords: argon2id hashes, checked in the same time for unknown names; which are too weak.

What a password may be follows NIST SP 800-63B §3.1.1.2: long, not a common one, not made of
what everybody knows of its owner; no rule asks for signs of some kind or for another one each
month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask_babel import gettext as _

from webapp.formatting import digits

LONGEST: Final = 256  #: characters; more are no safer, only slower
#: of five marks: about ten thousand million guesses
STRONG: Final = 3
MOST_WEIGHED: Final = 72  #: characters looked at; more take its author's arithmetic too long

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


def weakness_of(password: str, *, shortest: int, names: Iterable[str]) -> str | None:
    """Return why a new password is refused, in words; ``None``: it is good.

    Args:
        names: what everybody knows of its owner.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - half a megabyte of words, for one page

    if len(password) < shortest:
        return _("A password has at least %(count)s characters.", count=digits(shortest))
    if len(password) > LONGEST:
        return _("A password has at most %(count)s characters.", count=digits(LONGEST))
    known = [word for each in names for word in each.split()]
    if zxcvbn(password[:MOST_WEIGHED], user_inputs=known)["score"] < STRONG:
        return _("This is too easy to guess. Take several words that have nothing to do with you.")
    return None


def problems_of(
    chosen: str, again: str, *, shortest: int, names: Iterable[str]
) -> Mapping[str, str]:
    """Return what is wrong with a password that is typed twice, by field: ``new``, ``again``."""
    weakness = weakness_of(chosen, shortest=shortest, names=names)
    if weakness is not None:
        return {"new": weakness}
    return {} if chosen == again else {"again": _("The two are not the same.")}


@cache
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")
