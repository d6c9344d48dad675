"""Work put off: out of one person's list until a moment, and of nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import people, snoozing, tasks
from engine.errors import NotAtThisDesk, TaskAlreadyClosed, TaskNotFound
from engine.model.base import new_id
from engine.model.instance import task_table
from engine.model.person import Actor
from engine.queries.snoozed import is_snoozed, snoozed_until
from engine.storage.database import Database
from tests.storage.conftest import CLERK, NOON, OTHER_CLERK, STRANGER

pytestmark = pytest.mark.both_databases

TOMORROW = NOON + timedelta(days=1)


def _known(database: Database, actor: Actor) -> Actor:
    """Return the actor with a row of his own: what he puts off is kept beside it."""
    kept = people.register(
        database.unit_of_work(),
        actor.username,
        name_fa="کارمند",
        name_en="Clerk",
        password_hash=None,
    )
    return replace(actor, person_id=kept)


def _listed(database: Database, actor: Actor, at: datetime = NOON) -> list[UUID]:
    with database.reader() as session:
        return list(session.scalars(select(task_table.c.id).where(~is_snoozed(actor, at))))


def test_what_is_put_off_leaves_ones_own_list_only(order, a_case):
    _, task_id = a_case()
    clerk, other = _known(order, CLERK), _known(order, OTHER_CLERK)

    snoozing.snooze(order.unit_of_work(), task_id, TOMORROW, actor=clerk, at=NOON)

    assert _listed(order, clerk) == []
    assert _listed(order, other) == [task_id]


def test_it_comes_back_by_itself_at_its_moment(order, a_case):
    _, task_id = a_case()
    clerk = _known(order, CLERK)
    snoozing.snooze(order.unit_of_work(), task_id, TOMORROW, actor=clerk, at=NOON)

    assert _listed(order, clerk, at=TOMORROW) == [task_id]
    with order.reader() as session:
        assert snoozed_until(session, task_id, clerk, TOMORROW) is None


def test_another_moment_replaces_the_first(order, a_case):
    _, task_id = a_case()
    clerk, uow = _known(order, CLERK), order.unit_of_work()
    snoozing.snooze(uow, task_id, TOMORROW, actor=clerk, at=NOON)
    later = TOMORROW + timedelta(days=3)

    snoozing.snooze(uow, task_id, later, actor=clerk, at=NOON)

    with order.reader() as session:
        assert snoozed_until(session, task_id, clerk, NOON) == later


def test_what_was_put_off_can_be_taken_back_at_once(order, a_case):
    _, task_id = a_case()
    clerk, uow = _known(order, CLERK), order.unit_of_work()
    snoozing.snooze(uow, task_id, TOMORROW, actor=clerk, at=NOON)

    assert snoozing.wake(uow, task_id, actor=clerk)
    assert not snoozing.wake(uow, task_id, actor=clerk)

    assert _listed(order, clerk) == [task_id]


@pytest.mark.parametrize("until", [NOON, NOON - timedelta(hours=1), NOON + timedelta(days=400)])
def test_a_moment_that_is_past_or_absurdly_far_is_refused(order, a_case, until):
    _, task_id = a_case()

    with pytest.raises(snoozing.MomentUnfit):
        snoozing.snooze(order.unit_of_work(), task_id, until, actor=CLERK, at=NOON)


def test_nobody_puts_off_work_of_another_desk_or_what_is_done(order, a_case):
    _, task_id = a_case()
    uow = order.unit_of_work()

    with pytest.raises(NotAtThisDesk):
        snoozing.snooze(uow, task_id, TOMORROW, actor=STRANGER, at=NOON)
    with pytest.raises(TaskNotFound):
        snoozing.snooze(uow, new_id(), TOMORROW, actor=CLERK, at=NOON)
    tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)
    with pytest.raises(TaskAlreadyClosed):
        snoozing.snooze(uow, task_id, TOMORROW, actor=CLERK, at=NOON)
