"""What a few letters find of an actor's work: steps to do, cases to look at, processes to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries import start
from engine.queries.case_filter import named_like
from engine.queries.scope import at_desks, stands_in_at, visible_cases
from engine.storage.bundles import Deployed, deployed, known
from engine.values import normalise, sortable_text

#: of each kind; who wants more goes on typing, or to the list
MOST: Final = 7


class FoundTask(NamedTuple):
    """An open step that waits for the actor."""

    id: UUID
    definition: Deployed
    element_id: str
    name: str | None  #: of the step, in the model's language
    title: str  #: of its case
    business_key: str | None


class FoundCase(NamedTuple):
    """A case the actor may see."""

    id: UUID
    definition: Deployed
    title: str
    business_key: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found."""

    tasks: tuple[FoundTask, ...]
    cases: tuple[FoundCase, ...]
    processes: tuple[Deployed, ...]  #: that the actor may start, whatever was asked


def find(session: Session, actor: Actor, text: str) -> Found:
    """Return what has ``text`` in a number, a title or, of a step, in its name.

    Three statements, whatever there is. Without a text no case is found: all are meant.
    """
    sought = normalise(text).lower()
    return Found(
        _tasks(session, actor, sought),
        _cases(session, actor, sought) if sought else (),
        start.page(session, actor),
    )


def _tasks(session: Session, actor: Actor, sought: str) -> tuple[FoundTask, ...]:
    statement = (
        select(
            task.c.id,
            instance.c.definition_id,
            task.c.element_id,
            task.c.name,
            instance.c.title,
            instance.c.business_key,
        )
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), _mine(actor))
        .order_by(task.c.due_at.asc().nulls_last(), task.c.id)
        .limit(MOST)
    )
    if sought:
        case = task.c.sought.contains(sortable_text(sought), autoescape=True)
        step = func.lower(task.c.name).contains(sought, autoescape=True)
        statement = statement.where(or_(case, step))
    rows = session.execute(statement)
    return tuple(FoundTask(each[0], _of(session, each[1]), *each[2:]) for each in rows)


def _cases(session: Session, actor: Actor, sought: str) -> tuple[FoundCase, ...]:
    statement = (
        select(instance.c.id, instance.c.definition_id, instance.c.title, instance.c.business_key)
        .where(visible_cases(actor), named_like(session, sought))
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(MOST)
    )
    rows = session.execute(statement)
    return tuple(FoundCase(each[0], _of(session, each[1]), *each[2:]) for each in rows)


def _mine(actor: Actor) -> ColumnElement[bool]:
    ways: list[Any] = (
        [at_desks(actor), stands_in_at(actor)] if actor.stands_in else [at_desks(actor)]
    )
    return or_(task.c.holder == actor.username, task.c.holder.is_(None) & or_(*ways))


def _of(session: Session, definition_id: UUID) -> Deployed:
    return known(definition_id) or deployed(session, definition_id)
