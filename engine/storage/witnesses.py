"""Who has seen a step that is about to be gone, and would wonder where it went."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from engine.model.instance import task_table as task
from engine.model.kept import Presence
from engine.model.notice import Notice
from engine.model.person import Person
from engine.model.sign_in import SignIn
from engine.storage.kept import GONE


def of_tasks(
    session: Session, task_ids: Collection[UUID], at: datetime
) -> Mapping[UUID, frozenset[str]]:
    """Return who saw each of some steps, by user name; a step nobody saw is left out.

    That is who has its page open, who was told of it, and who has it and was in Divan since:
    then it stood in the inbox.
    """
    open_now = select(Presence.task_id, Presence.person_id).where(
        Presence.task_id.in_(task_ids), Presence.seen_at >= at - GONE
    )
    told = select(Notice.task_id, Notice.person_id).where(Notice.task_id.in_(task_ids))
    had = (
        select(task.c.id, Person.id)
        .join(Person, Person.username == task.c.holder)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(task.c.id.in_(task_ids), SignIn.seen_at > task.c.created_at)
    )
    saw = union(open_now, told, had).subquery()
    asked = select(saw.c.task_id, Person.username).join(Person, Person.id == saw.c.person_id)
    found: dict[UUID, frozenset[str]] = {}
    for task_id, username in session.execute(asked):
        found[task_id] = found.get(task_id, frozenset()) | {username}
    return found
