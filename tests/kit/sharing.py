"""How workers share the tests out: first what waits; workers beside them take what computes.

Browsers, servers and who is killed leave their worker waiting for a third of its time. Workers
more than there are cores fill it, at a lower priority: nobody who is waited for is kept from a
core by them. They begin at the other end, never take what waits, and end when all that is done.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController

#: the folders of what waits for pages, servers and deaths; groups of tests share such a thing, too
WAITING = ("tests/e2e/", "tests/reliability/", "tests/server/", "tests/packaging/")
_YIELDING = 10  #: how nice a worker beside is: it has a tenth of a core that others want


class Sharing(LoadGroupScheduling):  # type: ignore[misc] # xdist has no types
    """Gives whoever has a core the first of what is left, and the workers beside them the last."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        if _is_beside(node.workerinput):
            last = next(reversed(self.workqueue))
            if _waits(last) or not self._leaves_room():
                node.shutdown()
                return
            self.workqueue.move_to_end(last, last=False)
        super()._assign_work_unit(node)

    def _leaves_room(self) -> bool:
        """Tell whether something that waits is still to be done: when all compute, none is idle."""
        first = next(iter(self.workqueue))
        return _waits(first) or any(
            _waits(one) for own in self.assigned_work.values() for one in own
        )

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Forget what is done, too: all of it was counted again after every test."""
        super().mark_test_complete(node, item_index, duration)
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(self.assigned_work[node][scope].values()):
            del self.assigned_work[node][scope]


def _waits(unit: str) -> bool:
    """Tell of a test, or of a group, which goes by its name alone."""
    return "::" not in unit or unit.startswith(WAITING)


def _is_beside(told: dict[str, Any]) -> bool:
    """Tell whether a worker has no core of its own."""
    return int(str(told["workerid"]).removeprefix("gw")) >= (os.cpu_count() or 1)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing | None:
    """Share out by groups, when that is asked for, in this house's order."""
    return Sharing(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker beside give way."""
    if _is_beside(getattr(config, "workerinput", {"workerid": "gw0"})):
        os.nice(_YIELDING)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits."""
    items.sort(key=lambda each: not each.nodeid.startswith(WAITING))
