"""B13: one step of a chain of thirty mixed nodes: the executor alone, and with load and save."""

from __future__ import annotations

import time
from statistics import median

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, least, times
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
    rates, core_rates = [], []
    meter = Meter(bench.database_pids(product.url))
    for _ in range(bench.size.rounds + 1):
        wall = cpu = database = 0.0
        steps = 0
        waiting = product.claimed(CASES, "mixed")
        while waiting:
            began = time.perf_counter(), time.process_time(), meter.seconds()
            opened = [product.complete(each) for each in waiting]
            wall += time.perf_counter() - began[0]
            cpu += time.process_time() - began[1]
            database += meter.seconds() - began[2]
            steps += len(waiting)
            waiting = [product.claim(each) for [each] in filter(None, opened)]
        rates.append(steps / wall)
        core_rates.append(steps / (cpu + database))
    where = {"sqlite": "SQLite, synchronous=NORMAL", "postgresql": "PostgreSQL"}[backend]
    return [
        Figure(
            "B13",
            f"load, run, save; {where}, one client",
            "steps per s",
            median(rates[1:]),
            must=least(must),
            aim=least(aim),
        ),
        Figure(
            "B13",
            f"load, run, save; {where}",
            "steps per s of processor time",
            median(core_rates[1:]),
        ),
    ]
