"""Decisions that cases made, as their history tells them: newest first, a slice at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, case, select, text, tuple_
from sqlalchemy.orm import Session

from engine.model.definition import BundleRow, Definition
from engine.model.event import DECIDED_BY_RULES, event_table
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.person import Actor
from engine.queries.scope import visible_cases
from engine.queries.studio import must_read

Place = tuple[datetime, UUID, int]  #: of an event: the moment, its case, its number there


@dataclass(frozen=True, slots=True)
class Decided:
    """One business rule task of a case that was done."""

    instance_id: UUID
    definition_id: UUID
    at: datetime
    facts: Mapping[str, Any]  #: as `engine.dmn.Evaluation.facts` wrote them
    title: str
    business_key: str | None
    is_visible: bool  #: the reader may open the case


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of them, and where the next ones begin."""

    decided: tuple[Decided, ...]  #: of the area's cases that count
    seen: int  #: events looked at, those of other areas and cases among them
    last: Place | None  #: ``None``: there are no more


def decided(
    session: Session,
    area: str,
    actor: Actor,
    *,
    since: datetime,
    before: datetime,
    after: Place | None = None,
    most: int,
    with_running: bool = False,
) -> Slice:
    """Return the decisions of an area's cases between two moments, newest first.

    What is read is bounded by ``most`` whatever else there is: the slice is cut from the index
    of decisions first, and of it those of the area are told.

    Args:
        with_running: cases that still run count too; else only finished ones.

    Raises:
        NotAnAnalyst: it is not for the actor.
    """
    must_read(actor)
    cut = _cut(since, before, after, most)
    found = session.execute(
        select(
            cut,
            instance.c.definition_id,
            instance.c.title,
            instance.c.business_key,
            case((_is_of(area, with_running=with_running), 1), else_=0).label("counts"),
            case((visible_cases(actor), 1), else_=0).label("visible"),
        )
        .join(instance, instance.c.id == cut.c.instance_id)
        .order_by(cut.c.at.desc(), cut.c.instance_id.desc(), cut.c.seq.desc())
    ).all()
    last = found[-1] if len(found) == most else None
    return Slice(
        tuple(_decided(each) for each in found if each.counts),
        len(found),
        None if last is None else (last.at, last.instance_id, last.seq),
    )


def _cut(since: datetime, before: datetime, after: Place | None, most: int) -> Subquery:
    """Return so many decisions of a span of time, the newest first."""
    columns = event_table.c
    key = (columns.at, columns.instance_id, columns.seq)
    wanted = and_(text(DECIDED_BY_RULES), columns.at >= since, columns.at < before)
    if after is not None:
        wanted = and_(wanted, tuple_(*key) < tuple_(*after))
    newest_first = (each.desc() for each in key)
    found = select(*key, columns.facts).where(wanted)
    return found.order_by(*newest_first).limit(most).subquery()


def _is_of(area: str, *, with_running: bool) -> ColumnElement[bool]:
    of_area = (
        select(Definition.id)
        .join(BundleRow, BundleRow.id == Definition.bundle_id)
        .where(BundleRow.area == area)
    )
    states = [InstanceState.FINISHED.value]
    if with_running:
        states += [InstanceState.RUNNING.value, InstanceState.SUSPENDED.value]
    return and_(instance.c.state.in_(states), instance.c.definition_id.in_(of_area))


def _decided(found: Any) -> Decided:
    return Decided(
        found.instance_id,
        found.definition_id,
        found.at,
        found.facts,
        found.title,
        found.business_key,
        bool(found.visible),
    )
