"""B13: one step of a chain of thirty mixed nodes: the executor alone, and with load and save."""

from __future__ import annotations

import time
from statistics import median

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, least, times
from benchmarks.floors import replay
from benchmarks.floors.step import Bare
from benchmarks.processor import Meter
from benchmarks.product import Product, now
from benchmarks.turns import timed_about
from engine import bpmn
from engine.commands.models import model_of

CASES = 20
_VALUES = {"amount": 150, "note": "in order"}
_MUST = {"sqlite": (3_000, 6_000), "postgresql": (1_200, 2_500)}


def measure(bench: Bench) -> list[Figure]:
    """Measure the step beside the bare library, then whole commands on both databases."""
    bundle = diagrams.mixed_chain("mixed")
    model, bare = model_of(bundle), Bare(bench.home())
    acts = {"ours": lambda: _steps(model), "bare": lambda: bare.steps(CASES)}
    timed_about(1, acts)  # warm
    found = timed_about(bench.size.rounds, acts)
    figures = [
        beside(
            "B13",
            "a step from stored bytes to stored bytes, beside the bare library's in memory",
            "ms",
            found["ours"],
            found["bare"],
            floor_is="SpiffWorkflow",
            must=times(0.3),
            aim=times(0.1),
        )
    ]
    for backend in ("sqlite", "postgresql"):
        product = Product.prepare(
            bench.home(), bench.database(backend), bundle, synchronous="normal"
        )
        figures += _commands(bench, product, backend)
        product.close()
    return figures


def _steps(model: bpmn.Model) -> float:
    took = []
    for _ in range(CASES):
        step = bpmn.start(model, "mixed", _VALUES, at=now(), seed="s")
        while not step.finished:
            at, stored = now(), bpmn.Stored(step.snapshot, step.values)
            token = step.waiting[0].token
            began = time.perf_counter()
            step = bpmn.answer(model, "mixed", stored, token, {"approved": True}, at=at)
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _commands(bench: Bench, product: Product, backend: str) -> list[Figure]:
    """Complete tasks in process, one client: load, run and save with task, events and rights."""
    must, aim = _MUST[backend]
    rates, core_rates, floors, core_floors = [], [], [], []
    meter = Meter(bench.database_pids(product.url))
    for _ in range(bench.size.rounds + 1):
        wall, core, steps = _walked(product, meter)
        rates.append(steps / wall)
        core_rates.append(steps / core)
        product.close()  # nobody is connected to what is copied
        copy = bench.copied(product.url)
        floor, core_floor = replay.timed(copy, _taped(product), meter)
        floors.append(floor)
        core_floors.append(core_floor)
    where = {"sqlite": "SQLite, synchronous=NORMAL", "postgresql": "PostgreSQL"}[backend]
    return [
        beside(
            "B13",
            f"load, run, save; {where}, one client",
            "steps per s",
            rates[1:],
            floors[1:],
            floor_is="the same statements, bare driver",
            must=least(must),
            aim=least(aim),
        ),
        beside(
            "B13",
            f"load, run, save; {where}",
            "steps per s of processor time",
            core_rates[1:],
            core_floors[1:],
            floor_is="the same statements, bare driver",
        ),
    ]


def _walked(product: Product, meter: Meter) -> tuple[float, float, int]:
    """Walk some cases to their end; return wall and processor seconds of the steps, and how many.

    A claim before each step is not part of it.
    """
    wall = core = 0.0
    steps = 0
    waiting = product.claimed(CASES, "mixed")
    while waiting:
        began = time.perf_counter(), time.process_time() + meter.seconds()
        opened = [product.complete(each) for each in waiting]
        wall += time.perf_counter() - began[0]
        core += time.process_time() + meter.seconds() - began[1]
        steps += len(waiting)
        waiting = [product.claim(each) for [each] in filter(None, opened)]
    return wall, core, steps


def _taped(product: Product) -> list[replay.Act]:
    """Walk such cases once more and write down what each command sends."""
    tape = replay.Tape(product.site.database.engine)
    with tape.running():
        tape.act(timed=False)
        waiting = product.claimed(CASES, "mixed")
        while waiting:
            opened = []
            for each in waiting:
                tape.act(timed=True)
                opened.append(product.complete(each))
            tape.act(timed=False)
            waiting = [product.claim(each) for [each] in filter(None, opened)]
    return tape.acts
