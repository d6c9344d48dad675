"""One's own answers that did not arrive, and colleagues who have a step open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from engine.model.draft import DraftField
from engine.model.instance import TaskState
from engine.model.instance import task_table as task
from engine.model.kept import KeptAnswer, Presence, WhyKept
from engine.model.person import Actor, Person
from engine.storage.kept import GONE
from engine.storage.statements import Prepared

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody had typed into a step that was done without it."""

    task_id: UUID
    element_id: str
    name: str
    form_id: str | None
    typed: Mapping[str, str]  #: by field path
    at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who has a step open."""

    names: Names
    since: datetime


def notes(session: Session, instance_id: UUID, actor: Actor) -> tuple[Note, ...]:
    """Return what the actor had typed into steps of a case and could not send.

    That is what came too late, and what lay in a step that was withdrawn: should it open
    again, it is its draft again.
    """
    late = session.execute(_of_case(instance_id, KeptAnswer.typed, KeptAnswer.at)
        .join(KeptAnswer, KeptAnswer.task_id == task.c.id)
        .where(
            KeptAnswer.person_id == actor.person_id,
            KeptAnswer.why == WhyKept.TOO_LATE.value,
        )
    )  # fmt: skip
    found = {each.id: Note(*each) for each in late}
    typed = session.execute(_of_case(instance_id, DraftField.path, DraftField.typed, DraftField.at)
        .join(DraftField, DraftField.task_id == task.c.id)
        .where(task.c.state == TaskState.WITHDRAWN.value, DraftField.by == actor.username)
        .order_by(DraftField.path)
    )  # fmt: skip
    for id_, fields in groupby(typed, key=lambda each: each.id):
        found[id_] = _with_drafts(found.get(id_), list(fields))
    return tuple(sorted(found.values(), key=lambda each: each.at))


def _of_case(instance_id: UUID, *columns: Any) -> Select[Any]:
    step = (task.c.id, task.c.element_id, task.c.name, task.c.form_id)
    return select(*step, *columns).where(task.c.instance_id == instance_id).order_by(task.c.id)


def _with_drafts(note: Note | None, fields: Sequence[Row[Any]]) -> Note:
    """Return a note with what was typed before; what came too late is newer."""
    drafts = {each.path: each.typed for each in fields if each.typed.strip()}
    if note is not None:
        return replace(note, typed={**drafts, **note.typed})
    step, last = fields[0], max(each.at for each in fields)
    return Note(step.id, step.element_id, step.name, step.form_id, drafts, last)


def signed_out(session: Session, person_id: UUID) -> Mapping[UUID, Mapping[str, str]]:
    """Return what somebody had typed when a sign-in was over, by step."""
    rows = session.execute(
        select(KeptAnswer.task_id, KeptAnswer.typed).where(
            KeptAnswer.person_id == person_id, KeptAnswer.why == WhyKept.SIGNED_OUT.value
        )
    )
    return dict(rows.all())


def colleagues(
    session: Session, task_id: UUID, actor: Actor, at: datetime
) -> tuple[Colleague, ...]:
    """Return who else has a step open, and since when."""
    asked = {"task": task_id, "me": actor.person_id, "since": at - GONE}
    rows = _others().rows(session.connection(), asked)
    return tuple(Colleague({"fa": fa, "en": en}, since) for fa, en, since in rows)


@cache
def _others() -> Prepared:
    return Prepared(
        select(Person.name_fa, Person.name_en, Presence.since)
        .join(Person, Person.id == Presence.person_id)
        .where(
            Presence.task_id == bindparam("task"),
            Presence.person_id != bindparam("me"),
            Presence.seen_at >= bindparam("since"),
        )
        .order_by(Presence.since)
    )
