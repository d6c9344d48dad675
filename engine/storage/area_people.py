"""Bank accounts that areas keep of persons, so that they go when the person goes.

Whoever asks that somebody be made anonymous knows a name and a national code; to which accounts
the person was paid stands in the areas' own registers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from sqlalchemy import Select, inspect
from sqlalchemy.orm import Session

from engine.model.base import Base

#: asks for the IBANs of persons by their national codes
OfPersons = Callable[[Collection[str]], Select[Any]]

_KNOWING: Final[dict[str, OfPersons]] = {}


def knows_accounts(record: type[Base]) -> Callable[[OfPersons], OfPersons]:
    """Register what asks for accounts in an area's records of one kind."""

    def registered(asked: OfPersons) -> OfPersons:
        _KNOWING[record.__tablename__] = asked
        return asked

    return registered


def accounts_of(session: Session, numbers: Collection[str]) -> list[str]:
    """Return the IBANs of whoever has one of some national codes, sorted.

    An area whose tables are not in the database keeps none there.
    """
    there = set(inspect(session.connection()).get_table_names())
    asked = [each(numbers) for table, each in _KNOWING.items() if table in there]
    return sorted({text for each in asked for text in session.scalars(each)})
