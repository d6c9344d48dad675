"""The password of the people of tests, hashed at the least cost.

Who signs in pays what the kept hash says: a tenth of a second as a site keeps it. What that
costs an attacker is tried where passwords are; everywhere else it is only waited for.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from argon2 import PasswordHasher

_LEAST: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def cheap_hash(password: str) -> str:
    """Return a hash of a password that the door takes as any other, checked in no time."""
    return _LEAST.hash(password)
