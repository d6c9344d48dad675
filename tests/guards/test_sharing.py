"""Who has no core of its own takes what computes, and what waits is begun first."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

from tests.kit.sharing import WAITING, Sharing

COMPUTING = [f"tests/unit/test_values.py::test_{number}" for number in range(8)]
PAGES = ["tests/e2e/test_pages.py::test_page@browser", "tests/e2e/test_pages.py::test_door@browser"]
ALONE = f"{WAITING[1]}test_clocks.py::test_a_clock"


class Worker:
    """A worker as the one that shares out sees it."""

    def __init__(self, number: int) -> None:
        self.gateway = SimpleNamespace(id=f"gw{number}")
        self.workerinput = {"workerid": f"gw{number}"}
        self.waiting: list[int] = []
        self.done: list[str] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: list[int]) -> None:
        self.waiting += indices

    def shutdown(self) -> None:
        self.shutting_down = True


@pytest.mark.parametrize("count", [3, 4])
@pytest.mark.parametrize("tests", [[ALONE, *COMPUTING, *PAGES], [ALONE, *PAGES]])
def test_a_worker_beside_takes_from_the_other_end_and_nothing_that_waits(
    tests: list[str], count: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    workers = [Worker(number) for number in range(count)]
    sharing = _sharing(count)
    for worker in workers:
        sharing.add_node(worker)
    for worker in workers:
        sharing.add_node_collection(worker, tests)
    sharing.schedule()
    while running := [each for each in workers if each.waiting]:
        for worker in running:
            index = worker.waiting.pop(0)
            worker.done.append(tests[index])
            sharing.mark_test_complete(worker, index)

    own, beside = workers[:2], workers[2:]
    assert sharing.tests_finished
    assert not sharing.has_pending
    assert sorted(one for each in workers for one in each.done) == sorted(tests)
    assert any(set(PAGES) <= set(each.done) for each in own), "one worker, one after the other"
    if tests[1:-2]:
        assert beside[0].done[0] == COMPUTING[-1]
    assert {one for each in beside for one in each.done} <= set(COMPUTING)


def test_what_waits_is_begun_first(request: pytest.FixtureRequest):
    waits = [each.nodeid.startswith(WAITING) for each in request.session.items]
    assert waits == sorted(waits, reverse=True)


def _sharing(workers: int) -> Any:
    config = SimpleNamespace(
        option=SimpleNamespace(loadscopereorder=True),
        getvalue=lambda name: [f"{workers}*popen"],
    )
    told = SimpleNamespace(loadgroupsched=lambda *told: None, loadscopesched=lambda *told: None)
    return Sharing(config, told)
