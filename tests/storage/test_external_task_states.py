"""External tasks under any order of acts of two workers and an operator (hypothesis)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from engine.commands import external
from engine.commands.external import Topic
from engine.errors import NotFound, NotLocked
from engine.model.job import job_table
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.paying import NOON

pytestmark = pytest.mark.both_databases

LOCK = timedelta(seconds=60)
WORKERS = st.sampled_from(["anna", "behrouz"])


@dataclass
class Expected:
    """What a task should be."""

    instance_id: UUID
    state: str  #: ready, locked, incident, done
    holder: str | None = None
    until: datetime = NOON
    from_: datetime = NOON


class Tasks(RuleBasedStateMachine):
    """Acts on a database and, by the book, on what should be in it."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        with self.database.unit_of_work() as uow:  # what the run before left
            uow.session.execute(update(job_table).values(state="cancelled"))
            uow.commit()
        self.at = NOON
        self.tasks: dict[UUID, Expected] = {}
        self.cases: dict[UUID, int] = {}

    @precondition(lambda self: len(self.cases) < 3)
    @rule()
    def start(self) -> None:
        self.cases[paying.start(self.database, 5)] = 0

    @rule(seconds=st.sampled_from([1, 30, 61]))
    def pass_time(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @rule(worker=WORKERS, limit=st.integers(1, 3))
    def fetch(self, worker: str, limit: int) -> None:
        unseen = self.cases.keys() - {each.instance_id for each in self.tasks.values()}
        free = {key for key, each in self.tasks.items() if self._is_free(each)}
        found = external.fetch(
            self.database.unit_of_work(),
            worker,
            [Topic("transfer", LOCK)],
            limit=limit,
            at=self.at,
        )
        assert len(found) == min(limit, len(unseen) + len(free))
        for task in found:
            assert task.id in free or task.instance_id in unseen
            self.tasks[task.id] = Expected(task.instance_id, "locked", worker, self.at + LOCK)

    @precondition(lambda self: self.tasks)
    @rule(worker=WORKERS, data=st.data())
    def complete(self, worker: str, data: st.DataObject) -> None:
        def act(task_id: UUID, each: Expected) -> None:
            external.complete(
                self.database.unit_of_work(), task_id, worker, {"by": worker}, at=self.at
            )
            self.cases[each.instance_id] += 1
            each.state = "done"

        self._act(worker, data, act)

    @precondition(lambda self: self.tasks)
    @rule(worker=WORKERS, data=st.data(), code=st.sampled_from(["HTTP-422", "OTHER"]))
    def throw(self, worker: str, data: st.DataObject, code: str) -> None:
        def act(task_id: UUID, each: Expected) -> None:
            external.throw(self.database.unit_of_work(), task_id, worker, code, at=self.at)
            each.state = "done" if code == "HTTP-422" else "incident"
            self.cases[each.instance_id] += code == "HTTP-422"

        self._act(worker, data, act)

    @precondition(lambda self: self.tasks)
    @rule(worker=WORKERS, data=st.data(), retries=st.integers(0, 2), wait=st.integers(0, 30))
    def fail(self, worker: str, data: st.DataObject, retries: int, wait: int) -> None:
        def act(task_id: UUID, each: Expected) -> None:
            span = timedelta(seconds=wait)
            external.fail(
                self.database.unit_of_work(),
                task_id,
                worker,
                "cannot",
                retries=retries,
                retry_in=span,
                at=self.at,
            )
            each.state, each.holder = ("ready" if retries else "incident"), None
            each.from_ = self.at + span

        self._act(worker, data, act)

    @precondition(lambda self: self.tasks)
    @rule(worker=WORKERS, data=st.data())
    def extend(self, worker: str, data: st.DataObject) -> None:
        def act(task_id: UUID, each: Expected) -> None:
            external.extend(self.database.unit_of_work(), task_id, worker, 2 * LOCK, at=self.at)
            each.until = self.at + 2 * LOCK

        self._act(worker, data, act)

    @precondition(lambda self: self.tasks)
    @rule(data=st.data())
    def unlock(self, data: st.DataObject) -> None:
        task_id, each = self._chosen(data)
        if each.state == "done":
            with pytest.raises(NotFound):
                external.unlock(self.database.unit_of_work(), task_id, at=self.at)
            return
        external.unlock(self.database.unit_of_work(), task_id, at=self.at)
        if each.state == "locked":
            each.state, each.holder, each.from_ = "ready", None, self.at

    @precondition(lambda self: self.tasks)
    @rule(data=st.data())
    def repair(self, data: st.DataObject) -> None:
        task_id, each = self._chosen(data)
        if each.state == "done":
            return
        external.set_retries(self.database.unit_of_work(), task_id, 1, "", by="admin", at=self.at)
        if each.state == "incident":
            each.state, each.from_ = "ready", self.at

    @invariant()
    def every_case_went_on_exactly_once_for_its_task(self) -> None:
        for case, count in self.cases.items():
            assert count <= 1
            assert paying.at_look(self.database, case) == bool(count)

    @invariant()
    def what_gave_up_has_one_open_incident(self) -> None:
        given_up = {key for key, each in self.tasks.items() if each.state == "incident"}
        mine = [each for each in paying.incidents(self.database) if each.job_id in self.tasks]
        assert sorted(map(str, given_up)) == sorted(str(each.job_id) for each in mine)

    def _act(self, worker, data, act) -> None:
        task_id, each = self._chosen(data)
        if each.state == "done":
            with pytest.raises(NotFound):
                act(task_id, each)
        elif each.state != "locked" or each.holder != worker:
            with pytest.raises(NotLocked):
                act(task_id, each)
        else:
            act(task_id, each)

    def _chosen(self, data: st.DataObject) -> tuple[UUID, Expected]:
        number = data.draw(st.integers(0, len(self.tasks) - 1))
        return list(self.tasks.items())[number]

    def _is_free(self, each: Expected) -> bool:
        return (each.state == "ready" and each.from_ <= self.at) or (
            each.state == "locked" and each.until < self.at
        )


def test_no_order_of_acts_finishes_a_task_twice_or_loses_it(bare_database: Database):
    paying.deploy(bare_database, paying.LANES)
    machine = type("Tasks", (Tasks,), {"database": bare_database})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
