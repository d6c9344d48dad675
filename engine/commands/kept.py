"""Answers that did not arrive: kept for their writer, put back, or thrown away by him."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engine.commands.drafts import MAX_CHANGES, MAX_TYPED
from engine.commands.retried import retried
from engine.errors import Problem, RulesBroken, TaskNotFound
from engine.model.instance import CLOSED
from engine.model.kept import KeptAnswer, WhyKept
from engine.model.person import Actor
from engine.storage import drafts, kept
from engine.storage.database import UnitOfWork


@retried
def keep(
    uow: UnitOfWork,
    task_id: UUID,
    typed: Mapping[str, str],
    why: WhyKept,
    *,
    person_id: UUID,
    at: datetime,
) -> bool:
    """Keep what somebody typed into a step and could not send; tell whether there was anything.

    Nobody else sees it.

    Raises:
        TaskNotFound: there is no such step.
        RulesBroken: more text than a form holds.
    """
    if len(typed) > MAX_CHANGES or any(len(each) > MAX_TYPED for each in typed.values()):
        raise RulesBroken([Problem("GEN-LENGTH", None, {"min": "0", "max": str(MAX_TYPED)})])
    texts = {path: text.replace("\0", "") for path, text in typed.items() if text.strip()}
    if not texts:
        return False
    with uow:
        if not kept.is_task(uow.session, task_id):
            raise TaskNotFound(task_id)
        kept.keep(uow.session, person_id, task_id, texts, why, at)
        uow.commit()
    return True


@retried
def put_back(
    uow: UnitOfWork, task_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> bool:
    """Make what was kept at a sign-out the draft of its step again; tell whether it is.

    When the step is done meanwhile, or somebody else's, it stays as a note.

    Args:
        typed: what the step's form asks of all that was kept.
    """
    with uow:
        found = kept.one(uow.session, actor.person_id, task_id)
        if found is None:
            return False
        try:
            held = uow.cases.draft_of(task_id)
        except TaskNotFound:
            return False
        is_theirs = held.state not in CLOSED and held.holder == actor.username
        if is_theirs:
            drafts.write(uow.session, task_id, typed, by=actor.username, at=at)
            uow.session.delete(found)
        else:
            found.why = WhyKept.TOO_LATE.value
        uow.commit()
        return is_theirs


@retried
def throw_away(uow: UnitOfWork, task_id: UUID, *, actor: Actor) -> None:
    """Forget one's own note of a step, and what one had typed into it if it was withdrawn."""
    with uow:
        found: KeptAnswer | None = kept.one(uow.session, actor.person_id, task_id)
        if found is not None:
            uow.session.delete(found)
        drafts.forget_withdrawn(uow.session, task_id, by=actor.username)
        uow.commit()


@retried
def is_here(uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Say that somebody has a step open."""
    with uow:
        kept.is_here(uow.session, actor.person_id, task_id, at)
        uow.commit()


@retried
def leave(uow: UnitOfWork, task_id: UUID, *, actor: Actor) -> None:
    """Say that somebody has closed a step's page."""
    with uow:
        kept.leave(uow.session, actor.person_id, task_id)
        uow.commit()
