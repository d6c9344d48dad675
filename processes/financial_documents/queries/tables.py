"""What the reports of §2.10 are made of: tables with totals, of the actor's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from engine.sdk import Actor
from engine.values import Rial

#: who reads the money of a unit; an administrator has no business powers (§0.8)
READERS: Final = frozenset(
    {
        "FIN_EXPERT",
        "FIN_HEAD",
        "BUDGET_OFFICER",
        "TREASURER",
        "UNIT_HEAD",
        "AUDITOR",
        "PROC_OFFICER",
    }
)
MOST: Final = 1_000
_MONTH, _QUARTER = 30, 90


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name is worded by the page, its kind says how a value is shown."""

    key: str
    kind: str = "text"  #: text, code, rial, day, moment, number, word, person


@dataclass(frozen=True, slots=True)
class Report:
    """A table with its totals."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    totals: dict[str, Any] = field(default_factory=dict)


def summed(columns: tuple[Column, ...], rows: Sequence[Sequence[Any]]) -> Report:
    """Return a table whose columns of rials are summed up."""
    totals = {
        each.key: Rial.total(row[number] for row in rows if row[number] is not None)
        for number, each in enumerate(columns)
        if each.kind == "rial"
    }
    return Report(columns, rows, totals)


def age_of(days: int) -> str:
    """Return the class of an age in days.

    >>> age_of(30), age_of(31), age_of(91)
    ('MONTH', 'QUARTER', 'OLDER')
    """
    if days <= _MONTH:
        return "MONTH"
    return "QUARTER" if days <= _QUARTER else "OLDER"


def days_overdue(settle_by: date | None, today: date) -> int:
    """Return how many days ago something was to be settled."""
    return 0 if settle_by is None else max(0, (today - settle_by).days)


def of_units(query: Any, column: Any, actor: Actor) -> Any:
    """Return a query narrowed to the units whose money the actor reads."""
    units = {place for role in READERS & actor.roles for place in actor.units_of(role)}
    return query if "*" in units else query.where(column.in_(units))
