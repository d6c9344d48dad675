"""One morning letter as it goes out: what of it is still so, and whom it goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Person
from engine.model.preferences import preferences_of
from engine.queries.notices import Told, unread_of
from engine.storage.bundles import Deployed, deployed


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open step, as a letter names it."""

    task_id: UUID
    definition: Deployed
    element_id: str
    name: str  #: of the step, in the model's language
    title: str  #: of its case
    business_key: str | None
    due_at: datetime | None
    for_names: Mapping[str, str] | None  #: of whom the reader stands in for, by language


@dataclass(frozen=True, slots=True)
class Section:
    """What is overdue, due today or new."""

    count: int
    steps: tuple[Waiting, ...]  #: the first of them


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's morning letter."""

    email: str
    language: str
    preferences: Mapping[str, Any]
    on: date
    sections: tuple[Section, ...]  #: overdue, due today, new
    unread: int
    notices: tuple[Told, ...]  #: the newest of what was not read


def letter(session: Session, told: Mapping[str, Any]) -> Digest | None:
    """Return what a morning letter says now; ``None``: nothing is left of it, or nobody wants it.

    What was done or read since the morning is left out, and counted no more.

    Args:
        told: what the job of the letter keeps.
    """
    person_id = UUID(told["person"])
    found = session.execute(
        select(Person.email, Person.locale, Person.preferences).where(
            Person.id == person_id, Person.email.is_not(None), Person.disabled.is_(False)
        )
    ).first()
    if found is None or preferences_of(found.preferences)["digest"] == "none":
        return None
    asked = [UUID(each) for each in told["notices"]]
    notices = unread_of(session, person_id, asked)
    digest = Digest(
        found.email,
        found.locale,
        preferences_of(found.preferences),
        date.fromisoformat(told["on"]),
        _sections(session, told),
        told["unread"] - (len(asked) - len(notices)),
        notices,
    )
    return digest if digest.unread or any(each.count for each in digest.sections) else None


def _sections(session: Session, told: Mapping[str, Any]) -> tuple[Section, ...]:
    asked = [UUID(each) for section in told["steps"] for each in section]
    waiting = _waiting(session, asked, told["for"]) if asked else {}
    sections = []
    for count, ids in zip(told["counts"], told["steps"], strict=True):
        steps = tuple(waiting[each] for each in ids if each in waiting)
        sections.append(Section(count - (len(ids) - len(steps)), steps))
    return tuple(sections)


def _waiting(
    session: Session, ids: list[UUID], names: Mapping[str, tuple[str, str]]
) -> dict[str, Waiting]:
    rows = session.execute(
        select(
            task.c.id,
            instance.c.definition_id,
            task.c.element_id,
            task.c.name,
            instance.c.title,
            instance.c.business_key,
            task.c.due_at,
        )
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.id.in_(ids), task.c.closed_at.is_(None))
    )
    found = {}
    for row in rows:
        for_names = names.get(str(row.id))
        found[str(row.id)] = Waiting(
            row.id,
            deployed(session, row.definition_id),
            row.element_id,
            row.name,
            row.title,
            row.business_key,
            row.due_at,
            dict(zip(("fa", "en"), for_names, strict=True)) if for_names else None,
        )
    return found
