"""Keeping what somebody types before it is an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engine.commands.retried import retried
from engine.errors import NotTaskHolder, Problem, RulesBroken, TaskAlreadyClosed
from engine.model.instance import CLOSED
from engine.model.person import Actor
from engine.storage import drafts
from engine.storage.database import UnitOfWork

MAX_TYPED = 110_000  #: characters in one field: the longest text of a form, and some spaces
MAX_CHANGES = 20_000  #: fields in one save


@retried
def save(
    uow: UnitOfWork, task_id: UUID, changes: Mapping[str, str | None], *, actor: Actor, at: datetime
) -> None:
    """Keep what was typed in some fields of a task, valid or not; ``None`` forgets a field.

    NUL, which no database text holds, is left out.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotTaskHolder: nothing was kept.
        RulesBroken: more text than a form holds.
    """
    if len(changes) > MAX_CHANGES or any(len(each or "") > MAX_TYPED for each in changes.values()):
        raise RulesBroken([Problem("GEN-LENGTH", None, {"min": "0", "max": str(MAX_TYPED)})])
    with uow:
        held = uow.cases.draft_of(task_id)  # stays so until the draft is kept
        if held.state in CLOSED:
            raise TaskAlreadyClosed(task_id, held.state.value, held.closed_by)
        if held.holder != actor.username:
            raise NotTaskHolder(task_id, actor.username)
        texts = {path: typed and typed.replace("\0", "") for path, typed in changes.items()}
        drafts.write(uow.session, task_id, texts, by=actor.username, at=at)
        uow.commit()
