"""What holds a case up: how long its steps wait, behind what, and who is away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, Select, Uuid, bindparam, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from engine.model.event import EventKind, event_table
from engine.model.instance import task_table as task
from engine.model.person import Person
from engine.model.substitution import Substitution
from engine.storage.statements import Prepared
from engine.values import local_date

_CASE: Final = bindparam("case", type_=Uuid)
_TODAY: Final = bindparam("today", type_=Date)


@dataclass(frozen=True, slots=True)
class HeldUp:
    """One open step of a case."""

    task_id: UUID
    earlier: int  #: open steps that came to the same desk before
    asked_at: datetime | None  #: when somebody last reminded of it
    away_until: date | None  #: the last day that its holder is away
    substitute_fa: str | None  #: who does his work meanwhile
    substitute_en: str | None


def held_up_of(session: Session, task_ids: Collection[UUID], at: datetime) -> dict[UUID, HeldUp]:
    """Return what holds up open steps of several cases, in one question."""
    asked = _asked().where(task.c.id.in_(sorted(task_ids)))
    rows = session.execute(asked, {"today": local_date(at)})
    return {each[0]: HeldUp(*each) for each in rows}


def held_up(session: Session, instance_id: UUID, at: datetime) -> dict[UUID, HeldUp]:
    """Return what holds up each open step of a case, in one question."""
    values = {"case": instance_id, "today": local_date(at)}
    rows = _open_steps().rows(session.connection(), values)
    return {each[0]: HeldUp(*each) for each in rows}


@cache
def _open_steps() -> Prepared:
    return Prepared(_asked().where(task.c.instance_id == _CASE))


def _asked() -> Select[Any]:
    before, holder, instead = task.alias(), aliased(Person), aliased(Person)
    earlier = (
        select(func.count())
        .where(
            before.c.desk == task.c.desk,
            before.c.closed_at.is_(None),
            before.c.created_at < task.c.created_at,
        )
        .scalar_subquery()
    )
    asked = (
        select(func.max(event_table.c.at))
        .where(
            event_table.c.instance_id == task.c.instance_id,
            event_table.c.task_id == task.c.id,
            event_table.c.kind == literal_column(f"'{EventKind.REMINDED.value}'"),
            event_table.c.actor.is_not(None),
        )
        .scalar_subquery()
    )
    return (
        select(task.c.id, earlier, asked, Substitution.valid_to, instead.name_fa, instead.name_en)
        .outerjoin(holder, holder.username == task.c.holder)
        .outerjoin(
            Substitution,
            (Substitution.person_id == holder.id)
            & Substitution.ended_at.is_(None)
            & (Substitution.valid_from <= _TODAY)
            & (Substitution.valid_to >= _TODAY),
        )
        .outerjoin(instead, instead.id == Substitution.substitute_id)
        .where(task.c.closed_at.is_(None))
        .order_by(task.c.id, Substitution.valid_to)
    )
