"""Two people at one task: exactly one wins, however often they try."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine.commands import tasks
from engine.errors import Conflict, TaskAlreadyClosed
from engine.model.event import EventKind, event_table
from engine.storage.cases import CaseStore, Read
from engine.storage.database import Database
from tests.storage.conftest import CLERK, NOON

#: 1,000 in the full size; the ordinary run takes a sample
TIMES = 1_000 if os.environ.get("DIVAN_TEST_FULL") else 100


def _read(database: Database, task_id: UUID) -> Read:
    with database.reader() as session:
        return CaseStore(session.connection()).read(task_id)


@pytest.mark.parametrize("already_read", [True, False], ids=["read before", "read by the command"])
def test_one_of_two_answers_wins_and_the_other_is_told_so(
    order: Database, a_case: Callable[..., tuple[UUID, UUID]], already_read: bool
):
    both = Barrier(2)

    def answer(case: tuple[UUID, Read | None], outcome: str) -> type[Exception] | str:
        task_id, read = case
        both.wait()
        try:
            uow = order.unit_of_work(read)
            tasks.complete(uow, task_id, {"outcome": outcome}, actor=CLERK, at=NOON)
        except Conflict as late:
            return type(late)
        return outcome

    ended = []
    with ThreadPoolExecutor(2) as people:
        for _ in range(TIMES):
            instance_id, task_id = a_case()
            cases = [(task_id, _read(order, task_id) if already_read else None) for _ in range(2)]
            told = list(people.map(answer, cases, ("left", "right")))
            ended.append((instance_id, told))

    for _, told in ended:
        [winner] = [each for each in told if isinstance(each, str)]
        assert {winner, TaskAlreadyClosed} == set(told)
    with order.reader() as session:
        completed = event_table.c.kind == EventKind.TASK_COMPLETED.value
        counted = select(func.count()).select_from(event_table).where(completed)
        assert session.scalar(counted) == TIMES
