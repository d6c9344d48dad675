"""Jobs of steps that an administrator holds: put aside as workers come to them.

Nothing on the way of a case looks whether a step is held; who claims jobs does, and there is
hardly ever a row to find. So a case that is held and let go, or comes to the step later, meets
the same rule.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine.model.held_step import HeldStep
from engine.model.instance import RUNNING, instance_table
from engine.model.job import Job, JobKind, JobState, job_table

_job, _case = job_table.c, instance_table.c
#: kinds of work that follow from an element and that workers of ours do
KINDS: Final = frozenset({JobKind.SERVICE, JobKind.TIMER, JobKind.CALL})
_KINDS: Final = sorted(each.value for each in KINDS)


def held(session: Session, definition_ids: Collection[UUID]) -> dict[tuple[UUID, str], HeldStep]:
    """Return the held steps of some versions, by version and element."""
    found = session.scalars(select(HeldStep).where(HeldStep.definition_id.in_(definition_ids)))
    return {(each.definition_id, each.element_id): each for each in found}


def hold(session: Session, definition_id: UUID, element_id: str) -> None:
    """Hold the jobs that wait at a step; one that a worker has is finished."""
    _turn(session, definition_id, element_id, JobState.READY, JobState.SUSPENDED)


def let_go(session: Session, definition_id: UUID, element_id: str) -> None:
    """Make the held jobs of a step ready again, but those of cases that are held themselves."""
    _turn(session, definition_id, element_id, JobState.SUSPENDED, JobState.READY)


def _turn(
    session: Session, definition_id: UUID, element_id: str, state: JobState, into: JobState
) -> None:
    running = select(_case.id).where(_case.definition_id == definition_id, text(RUNNING))
    session.execute(
        update(job_table)
        .where(
            _job.instance_id.in_(running),
            _job.element_id == element_id,
            _job.kind.in_(_KINDS),
            _job.state == state.value,
        )
        .values(state=into.value)
    )


def put_aside(session: Session, leased: Sequence[Job]) -> list[Job]:
    """Hold those of some leased jobs whose step is held, as if not claimed; return the others.

    Who lets a step go meanwhile waits for this transaction, so none is held for ever.
    """
    of_steps = [each for each in leased if each.kind in KINDS]
    if not of_steps:
        return list(leased)
    steps = {tuple(each) for each in session.execute(_STEPS)}
    if not steps:
        return list(leased)
    rows = session.execute(
        select(_case.id, _case.definition_id).where(
            _case.id.in_([each.instance_id for each in of_steps])
        )
    )
    versions: dict[Any, UUID] = dict(tuple(each) for each in rows)
    aside = {
        each.id for each in of_steps if (versions.get(each.instance_id), each.element_id) in steps
    }
    if aside:
        session.execute(
            update(job_table)
            .where(_job.id.in_(aside))
            .values(
                state=JobState.SUSPENDED.value,
                attempts=_job.attempts - 1,
                lease_until=None,
                worker=None,
            )
        )
    return [each for each in leased if each.id not in aside]


_STEPS: Final = select(HeldStep.definition_id, HeldStep.element_id).with_for_update(read=True)
