"""Timers that fall due together are fired together: one reading, one commit for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engine import bpmn
from engine.commands import rows
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.errors import EngineError
from engine.model.event import EventKind
from engine.model.instance import Instance
from engine.model.job import Job
from engine.storage.change import Change
from engine.storage.database import UnitOfWork


def fire_together(uow: UnitOfWork, jobs: Sequence[Job], at: datetime) -> frozenset[UUID]:
    """Fire timers of different cases in one transaction; return the jobs that are done with.

    A timer whose case refuses it or moved on meanwhile, whose job is not ours any more, or
    which is not the first of its case, is left as it was; the others are fired.

    Raises:
        Contended: the database refused it all; nothing was changed.
    """
    first = {each.case_id: each for each in reversed(jobs)}
    with uow:
        # in one order, so that two workers do not wait for one another in a circle
        cases = sorted(uow.cases.several(first).values(), key=lambda each: each.id)
        fired = [_fired(uow, each, first[each.id], at) for each in cases]
        written = uow.cases.save_each([each for each in fired if each is not None])
        uow.commit()
        return frozenset(first[each].id for each in written)


def _fired(uow: UnitOfWork, instance: Instance, job: Job, at: datetime) -> Change | None:
    """Return what a timer changes in its case; ``None`` when the case refuses it."""
    following = Following(uow, instance, uow.deployed(instance.definition_id), at)
    following.finishes = job
    model = model_of(following.bundle)
    try:
        step = bpmn.answer(model, instance.process_id, stored(instance), job.token, {}, at=at)
        if rows.touches_rows(step):  # written even where this case is not: alone, then
            return None
        following.tell(EventKind.TIMER_FIRED, element_id=job.element_id, facts={})
        following.follow(step)
    except EngineError:  # it is said when the timer is fired by itself
        return None
    return following.change()
