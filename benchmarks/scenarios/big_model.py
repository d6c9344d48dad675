"""B8: a completion half-way through a thousand sequential tasks, beside one of ``order``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, times
from benchmarks.product import ORDER, VALUES, Product, now
from benchmarks.turns import timed_about
from engine.catalogue.bundle import Bundle
from engine.commands import deployments

EACH_ROUND = 40


def measure(bench: Bench) -> list[Figure]:
    """Measure processor time and wall time of the command on PostgreSQL."""
    limit, nodes = sys.getrecursionlimit(), bench.size.nodes
    product = Product.prepare(bench.home(), bench.database("postgresql"), Bundle.read(ORDER))
    began = time.perf_counter()
    deploy = product.site.database.unit_of_work()
    deployments.deploy(deploy, diagrams.chain("big", nodes), at=now())
    deployed = time.perf_counter() - began
    if sys.getrecursionlimit() != limit:
        raise RuntimeError("the recursion limit was raised")
    [task] = product.start("big", VALUES)[1]
    walk = Walk(product, nodes)
    walk.task = product.walk(task, nodes // 2)
    rounds = timed_about(
        bench.size.rounds, {"big": walk.further, "order": lambda: of_orders(product)}
    )
    product.close()
    named = f"half-way through {nodes} tasks"
    pairs = {key: list(zip(*each, strict=True)) for key, each in rounds.items()}
    return [
        beside(
            "B8",
            f"{named}, beside order: processor time",
            "ms",
            pairs["big"][0],
            pairs["order"][0],
            floor_is="B1 in process",
            must=times(2.0),
            aim=times(1.1),
        ),
        beside(
            "B8",
            f"{named}, beside order: wall time",
            "ms",
            pairs["big"][1],
            pairs["order"][1],
            floor_is="B1 in process",
        ),
        Figure("B8", f"deploying {nodes} tasks, recursion limit as it is", "s", deployed),
    ]


class Walk:
    """One case of the chain, taken further in each round."""

    def __init__(self, product: Product, nodes: int) -> None:
        self._product = product
        self._left = nodes // 2 - 2
        self.task = product.actor.person_id

    def further(self) -> tuple[float, float]:
        """Complete some tasks; return the medians of processor and wall time in ms."""
        took = []
        for _ in range(min(EACH_ROUND, self._left // 5)):
            self._product.claim(self.task)
            took.append(timed(lambda: self._product.complete(self.task)))
            [self.task] = took[-1][2]
        return median(each[0] for each in took), median(each[1] for each in took)


def of_orders(product: Product) -> tuple[float, float]:
    """Complete first tasks of orders; return the medians of processor and wall time in ms."""
    waiting = product.claimed(EACH_ROUND)
    took = [timed(lambda task=each: product.complete(task)) for each in waiting]  # type: ignore[misc]
    return median(each[0] for each in took), median(each[1] for each in took)


def timed(act: Callable[[], tuple[object, ...]]) -> tuple[float, float, tuple]:  # type: ignore[type-arg]
    """Return processor and wall milliseconds of an act, and what it gave."""
    cpu, wall = time.process_time(), time.perf_counter()
    given = act()
    return (time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3, given
