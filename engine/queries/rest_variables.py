"""Variables of running cases, one by one, by the filters of Camunda 7."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import RuleBroken
from engine.model.instance import instance_table as instance
from engine.model.person import Actor
from engine.queries.rest_filters import is_running
from engine.queries.watched import seen_cases

MOST_CASES: Final = 10_000  #: looked through for one answer


class TooManyCases(RuleBroken):
    """So many cases are not looked through for variables: some have to be named."""

    code = "API-003"


@dataclass(frozen=True, slots=True)
class VariableRow:
    """One variable of one case."""

    instance_id: UUID
    definition_id: UUID
    name: str
    value: Any

    @property
    def id(self) -> str:
        """What names it: its case and its name."""
        return f"{self.instance_id}:{self.name}"


@dataclass(frozen=True, slots=True)
class Compared:
    """A variable has to stand in a relation to a value."""

    name: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class VariableFilter:
    """Which variables are asked for; what is ``None`` asks nothing."""

    cases: Collection[UUID] | None = None
    name: str | None = None
    name_like: str | None = None  #: with ``%`` for any characters
    compared: Sequence[Compared] = ()
    folds_names: bool = False
    folds_values: bool = False


#: by Camunda's names
OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "eq": eq,
    "neq": ne,
    "gt": gt,
    "gteq": ge,
    "lt": lt,
    "lteq": le,
    "like": lambda value, pattern: _like(str(pattern)).fullmatch(str(value)) is not None,
}


def variables(session: Session, actor: Actor, wanted: VariableFilter) -> list[VariableRow]:
    """Return the variables asked for, by case and name.

    Raises:
        TooManyCases: none is named, and more run than are looked through.
    """
    conditions = [is_running(), seen_cases(actor)]
    if wanted.cases is not None:
        conditions.append(instance.c.id.in_(wanted.cases))
    found = session.execute(
        select(instance.c.id, instance.c.definition_id, instance.c.variables)
        .where(*conditions)
        .order_by(instance.c.id)
        .limit(MOST_CASES + 1)
    ).all()
    if len(found) > MOST_CASES:
        raise TooManyCases(f"more than {MOST_CASES} cases")
    return [
        VariableRow(case_id, definition_id, name, values[name])
        for case_id, definition_id, values in found
        for name in _chosen(values or {}, wanted)
    ]


def _chosen(values: Mapping[str, Any], wanted: VariableFilter) -> Iterator[str]:
    for name in sorted(values):
        if wanted.name is not None and not _same(name, wanted.name, folds=wanted.folds_names):
            continue
        if wanted.name_like is not None and not _like(
            wanted.name_like, folds=wanted.folds_names
        ).fullmatch(name):
            continue
        if all(_holds(each, name, values[name], wanted) for each in wanted.compared):
            yield name


def _holds(asked: Compared, name: str, value: Any, wanted: VariableFilter) -> bool:
    if not _same(name, asked.name, folds=wanted.folds_names):
        return False
    other = asked.value
    if wanted.folds_values and isinstance(value, str) and isinstance(other, str):
        value, other = value.casefold(), other.casefold()
    try:
        return bool(OPERATORS[asked.operator](value, other))
    except TypeError:  # values of different kinds have no order
        return False


def _same(one: str, other: str, *, folds: bool) -> bool:
    return one.casefold() == other.casefold() if folds else one == other


def _like(pattern: str, *, folds: bool = False) -> re.Pattern[str]:
    text = ".*".join(re.escape(each) for each in pattern.split("%"))
    return re.compile(text, re.DOTALL | (re.IGNORECASE if folds else 0))
