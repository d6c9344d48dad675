"""A case whose rows were lost gets them again; incidents end with their cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Uuid, bindparam, select, text

from engine.bpmn import CancelAll, Instruction, StartBefore
from engine.commands import mending, modifications, tasks, upkeep
from engine.errors import CaseFinished
from engine.jobs import run_due
from engine.model.incident import Incident
from engine.model.instance import instance_table
from engine.settings import Settings
from engine.storage.database import Database
from tests.storage.conftest import CLERK, NOON
from tests.storage.events import ADMIN, cancel
from webapp.incidents import tried_again
from webapp.wiring import Site

pytestmark = pytest.mark.both_databases

SOON = NOON + timedelta(minutes=1)
#: what the case's first step waits for
LOSSES = {
    "the task": "DELETE FROM human_task WHERE instance_id = :case AND closed_at IS NULL",
    "the message's subscription": "DELETE FROM subscription WHERE instance_id = :case",
}


@pytest.fixture
def pricing(order, a_case):
    """A case whose service task is ready to run."""
    instance_id, task_id = a_case()
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    return instance_id


def _do(database: Database, statement: str, case: UUID) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement).bindparams(bindparam("case", case, Uuid())))


def _mend(database: Database, case: UUID, at=SOON) -> mending.Mended:
    return mending.mend(database.unit_of_work(), case, by="console", at=at)


def _open(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(select(Incident.code).where(Incident.resolved_at.is_(None))))


def _state(database: Database, case: UUID) -> str | None:
    with database.reader() as session:
        return session.scalar(select(instance_table.c.state).where(instance_table.c.id == case))


def _differs(database: Database, case: UUID) -> bool:
    with database.reader() as session:
        return bool(mending.difference(session, case))


@pytest.mark.parametrize("lost", LOSSES)
def test_one_of_two_things_waited_for_is_missed_and_made_again(order, a_case, lost):
    case, _ = a_case()
    assert not _differs(order, case)
    _do(order, LOSSES[lost], case)
    assert _differs(order, case)

    mended = _mend(order, case)

    assert (len(mended.made_again), mended.withdrawn) == (1, 0)
    assert not _differs(order, case)
    assert not _mend(order, case).made_again


@pytest.mark.parametrize("state", ["done", "cancelled", None])
def test_a_lost_job_runs_after_all_whatever_became_of_its_row(order, pricing, state):
    lost = "DELETE FROM job" if state is None else f"UPDATE job SET state = '{state}'"
    _do(order, f"{lost} WHERE instance_id = :case AND topic = 'price'", pricing)

    assert _mend(order, pricing).made_again == ("price",)
    run_due(order, lambda: SOON)

    with order.unit_of_work() as uow:
        instance = uow.cases.one(pricing)
    assert instance.variables["price"] == 10
    assert [each.element_id for each in instance.tasks] == ["approve"]


def test_a_lost_timer_runs_again_for_the_moment_it_had(order, pricing):
    run_due(order, lambda: NOON)
    _do(
        order, "UPDATE job SET state = 'done' WHERE instance_id = :case AND kind = 'timer'", pricing
    )

    assert _mend(order, pricing).made_again == ("late",)
    assert run_due(order, lambda: NOON + timedelta(days=2)) == 2  # it, and the note it leads to


def test_what_nothing_waits_for_is_taken_away(order, pricing):
    _do(
        order,
        "UPDATE human_task SET state = 'open', closed_at = NULL WHERE instance_id = :case",
        pricing,
    )

    mended = _mend(order, pricing)

    assert (mended.made_again, mended.withdrawn) == ((), 1)
    assert not _differs(order, pricing)


def test_a_case_that_is_over_is_not_mended(order, a_case):
    case, _ = a_case()
    cancel(order, case)

    with pytest.raises(CaseFinished):
        _mend(order, case)


def test_trying_a_stranded_case_again_mends_it_and_closes_its_incident(order, pricing, tmp_path):
    _do(order, "DELETE FROM job WHERE instance_id = :case AND topic = 'price'", pricing)
    upkeep.make_round(order, NOON)
    assert _open(order) == [upkeep.STRANDED]

    site = Site(Settings(home=tmp_path, database_url=str(order.url)), order, ())
    assert tried_again(site, "all", SOON) == 1
    run_due(order, lambda: SOON)

    assert _open(order) == []
    with order.unit_of_work() as uow:
        assert uow.cases.one(pricing).variables["price"] == 10


def test_an_incident_of_a_stranded_case_ends_when_somebody_moves_it(order, pricing):
    _do(order, "DELETE FROM job WHERE instance_id = :case AND topic = 'price'", pricing)
    upkeep.make_round(order, NOON)

    instructions: list[Instruction] = [StartBefore("approve"), CancelAll("price")]
    modifications.modify(
        order.unit_of_work(), pricing, instructions, "by hand", actor=ADMIN, at=NOON
    )
    upkeep.make_round(order, SOON)

    assert _open(order) == []


def test_an_incident_of_a_job_ends_when_its_step_is_left_another_way(order, a_case, tmp_path):
    case, other = [_gave_up(order, a_case) for _ in range(2)]

    cancel(order, case)
    site = Site(Settings(home=tmp_path, database_url=str(order.url)), order, ())
    assert tried_again(site, "all", SOON) == 1  # the other one: what is over hinders nobody
    upkeep.make_round(order, SOON)

    assert _open(order) == []
    assert (_state(order, case), _state(order, other)) == ("cancelled", "running")


def _gave_up(order: Database, a_case: Callable[[int], tuple[UUID, UUID]]) -> UUID:
    """Start a case whose price list never answers; its job becomes an incident."""
    case, task_id = a_case(13)
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)
    for hours in range(4):
        run_due(order, lambda: NOON + timedelta(hours=hours))  # noqa: B023 - run at once
    return case
