"""M1: a model of a thousand nodes taken in, checked and compiled, and one of two thousand."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, most, times
from benchmarks.turns import timed_about
from engine import bpmn
from engine.bpmn import interchange

FEW, MANY = 1_000, 2_000


def measure(bench: Bench) -> list[Figure]:
    """Measure processor time from bytes to a model ready to run, drawing included."""
    acts = {str(size): _importing(size) for size in (FEW, MANY)}
    timed_about(1, acts)
    found = timed_about(max(bench.size.rounds, 5), acts)
    few, many = found[str(FEW)], found[str(MANY)]
    return [
        Figure("M1", f"a model of {FEW:,} nodes: processor time", "s", median(few), must=most(2)),
        beside(
            "M1",
            f"a model of {MANY:,} nodes: processor time",
            "s",
            many,
            few,
            floor_is=f"{FEW:,} nodes",
            must=times(2.2),
        ),
    ]


def _importing(size: int) -> Callable[[], float]:
    content = diagrams.chain("big", size - 2, drawn=True).files["big.bpmn"]

    def act() -> float:
        began = time.process_time()
        taken = interchange.read(content).content
        model = bpmn.compile_model({"big.bpmn": taken})
        took = time.process_time() - began
        assert len(model.processes["big"].elements) == size
        return took

    return act
