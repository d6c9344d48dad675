"""Desks: a role in a place, written as one word.

A place is a unit's code, ``party:<legal id>`` for an outside organisation, or ``*``.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache

ANYWHERE = "*"


def desk_of(role: str, place: str) -> str:
    """Return the desk of ``role`` in ``place`` (a unit code or ``party:<legal id>``)."""
    return f"{role}@{place}"


def role_of(desk: str) -> str:
    """Return the role part of a desk."""
    return desk.partition("@")[0]


def place_of(desk: str) -> str:
    """Return the place part of a desk."""
    return desk.partition("@")[2]


@lru_cache(maxsize=1024)
def roles_at(desks: frozenset[str]) -> frozenset[str]:
    """Return the roles of whoever sits at ``desks``: a page asks a dozen times."""
    return frozenset(map(role_of, desks))


def is_among(desk: str, desks: AbstractSet[str]) -> bool:
    """Tell whether work on a desk is done by whoever sits at ``desks``.

    A role held anywhere does the work of all places; work that lies at a role anywhere is
    done by whoever holds it somewhere.

    >>> is_among("AUDITOR@D07", {"AUDITOR@*"}), is_among("AUDITOR@*", {"AUDITOR@D07"})
    (True, True)
    >>> is_among("FIN_HEAD@D07", {"FIN_HEAD@D15"})
    False
    """
    if desk in desks:
        return True
    role = role_of(desk)
    if place_of(desk) == ANYWHERE:
        return any(role_of(each) == role for each in desks)
    return desk_of(role, ANYWHERE) in desks
