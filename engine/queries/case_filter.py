"""What cases are asked by: each filter as a condition that an index answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from engine.model.base import json_text
from engine.model.definition import Definition
from engine.model.incident import Incident
from engine.model.instance import CANCELLED, ENDED, RUNNING, SUSPENDED, InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import UNFINISHED, job_table
from engine.model.subscription import subscription_table
from engine.storage.retention import held
from engine.values import normalise

_GRAM: Final = 3  #: letters of the shortest text an index finds
#: to the letter what the partial index says
IS_RUNNING: Final[ColumnElement[bool]] = text(RUNNING)  # type: ignore[assignment]
IS_SUSPENDED: Final[ColumnElement[bool]] = text(SUSPENDED)  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked of the cases; what is left out asks nothing."""

    text: str = ""  #: part of the number or of the title
    state: InstanceState | None = None
    process_id: str | None = None
    version: int | None = None  #: of the process
    unit: str | None = None
    business: Mapping[str, Any] = field(default_factory=dict)  #: declared values, all equal
    started_from: datetime | None = None
    started_before: datetime | None = None
    finished_from: datetime | None = None
    finished_before: datetime | None = None
    has_incident: bool = False
    element: str | None = None  #: that it waits at
    is_human: bool = True  #: what the element is: a person does it
    ids: Sequence[UUID] | None = None  #: only these
    is_held: bool = False  #: a legal hold lies on it


def conditions_of(session: Session, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on ``instance`` for what is asked."""
    return [
        *_of_case(session, wanted),
        *_of_moments(session, wanted),
        *_of_its_parts(wanted),
        *_of_what_it_says(session, wanted),
    ]


def _of_case(session: Session, wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.state is InstanceState.RUNNING:
        yield IS_RUNNING
    elif wanted.state is InstanceState.SUSPENDED:
        yield IS_SUSPENDED
    elif wanted.state is InstanceState.CANCELLED:
        yield text(CANCELLED)  # type: ignore[misc]
    elif wanted.state is not None:
        yield instance.c.state == wanted.state.value
        yield text(ENDED)  # type: ignore[misc]
    if wanted.process_id is not None:
        yield instance.c.process_id == wanted.process_id
    if wanted.version is not None:
        yield instance.c.definition_id.in_(_definitions(session, wanted))
    if wanted.unit is not None:
        yield instance.c.unit == wanted.unit
    if wanted.ids is not None:
        yield instance.c.id.in_(wanted.ids)


def _of_moments(session: Session, wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.started_from is not None:
        yield instance.c.started_at >= wanted.started_from
    if wanted.started_before is not None:
        yield instance.c.started_at < wanted.started_before
    if wanted.finished_from is not None or wanted.finished_before is not None:
        yield instance.c.definition_id.in_(_definitions(session, wanted))  # as the index begins
    if wanted.finished_from is not None:
        yield instance.c.finished_at >= wanted.finished_from
    if wanted.finished_before is not None:
        yield instance.c.finished_at < wanted.finished_before


def _of_its_parts(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.element is not None:
        yield instance.c.id.in_(_at_element(wanted.element, is_human=wanted.is_human))
    if wanted.has_incident:
        yield instance.c.id.in_(stopped())
    if wanted.is_held:
        yield instance.c.id.in_(held())


def _of_what_it_says(session: Session, wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.business:
        yield _ways(session)[0](wanted.business)
    if sought := normalise(wanted.text).lower():
        yield named_like(session, sought)


def _definitions(session: Session, wanted: CaseFilter) -> list[UUID]:
    """Return the definitions asked for: few, and known to the planner one by one."""
    found = select(Definition.id)
    if wanted.process_id is not None:
        found = found.where(Definition.process_id == wanted.process_id)
    if wanted.version is not None:
        found = found.where(Definition.version == wanted.version)
    return list(session.scalars(found))


def _at_element(element_id: str, *, is_human: bool) -> Select[Any] | CompoundSelect[Any]:
    """Return the cases that wait at an element; what persons do has an index of its own."""
    if is_human:
        return select(task.c.instance_id).where(
            task.c.element_id == element_id, task.c.closed_at.is_(None)
        )
    unfinished = job_table.c.state.in_([each.value for each in UNFINISHED])
    return union_all(
        select(job_table.c.instance_id).where(job_table.c.element_id == element_id, unfinished),
        select(subscription_table.c.instance_id).where(
            subscription_table.c.element_id == element_id,
            subscription_table.c.instance_id.is_not(None),
        ),
    )


def named_like(session: Session, sought: str) -> ColumnElement[bool]:
    """Return the condition on ``instance`` that its number or title has a text in small letters."""
    return _ways(session)[1](sought)


def _ways(session: Session) -> _Ways:
    return _SQLITE if session.get_bind().dialect.name == "sqlite" else _POSTGRESQL


def stopped() -> Select[Any]:
    """Return the statement for the cases that an open incident stops."""
    return select(Incident.instance_id).where(
        Incident.resolved_at.is_(None), Incident.instance_id.is_not(None)
    )


def _contains(sought: str) -> ColumnElement[bool]:
    return or_(
        *(
            func.lower(each).contains(sought, autoescape=True)
            for each in (instance.c.business_key, instance.c.title)
        )
    )


def _contains_by_index(sought: str) -> ColumnElement[bool]:
    """Look at the rows that have all runs of three letters of it; a shorter text has none."""
    if len(sought) < _GRAM:
        return _contains(sought)
    grams = func.divan_grams(instance.c.business_key, instance.c.title, type_=ARRAY(Text))
    runs = sorted({sought[at : at + _GRAM] for at in range(len(sought) - _GRAM + 1)})
    return grams.contains(runs) & _contains(sought)


def _has_by_index(values: Mapping[str, Any]) -> ColumnElement[bool]:
    held = cast(type_coerce(instance.c.business, Text), JSONB)
    return held.contains(cast(literal(json_text(dict(values)), Text), JSONB))


def _has(values: Mapping[str, Any]) -> ColumnElement[bool]:
    """Compare the JSON of each value, so that no number becomes a float."""
    held = type_coerce(instance.c.business, Text)
    return and_(
        *(
            held.op("->")(f'$."{key}"') == func.json(json_text(value))
            for key, value in values.items()
        )
    )


_Ways = tuple[
    Callable[[Mapping[str, Any]], ColumnElement[bool]], Callable[[str], ColumnElement[bool]]
]
_SQLITE: Final[_Ways] = (_has, _contains)
_POSTGRESQL: Final[_Ways] = (_has_by_index, _contains_by_index)
