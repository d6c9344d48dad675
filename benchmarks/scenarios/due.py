"""B3: timers that fall due in the same second, each taking a case to a human task."""

from __future__ import annotations

import os
import time
from datetime import timedelta

from sqlalchemy import text

from benchmarks import diagrams
from benchmarks.bench import Bench, say
from benchmarks.figures import Figure, beside, times
from benchmarks.floors import due as floor
from benchmarks.population import timers
from benchmarks.processor import Meter
from benchmarks.product import ORDER, Product, now, served
from benchmarks.turns import Side, same
from engine.catalogue.bundle import Bundle
from engine.jobs import Worker

_OPEN = "SELECT count(*) FROM human_task WHERE element_id = 'ask' AND state = 'open'"


def measure(bench: Bench) -> list[Figure]:
    """Measure one worker thread beside one hand-written loop; then the inbox meanwhile."""
    found = []
    for number in bench.size.timers:
        rounds = bench.size.rounds if number <= 1_000 else 1
        say(f"B3: {number:,} timers")
        took: dict[str, list[tuple[float, float]]] = {"product": [], "floor": []}
        for _ in range(rounds):
            took["product"].append(_ours(bench, number))
            took["floor"].append(_floor(bench, number))
        for at, (named, unit) in enumerate((("all committed", "s"), ("processor time", "s"))):
            must = (times(2.0), times(1.0)) if at == 0 else (None, None)
            found.append(
                beside(
                    "B3",
                    f"{number:,} timers: {named}",
                    unit,
                    [each[at] for each in took["product"]],
                    [each[at] for each in took["floor"]],
                    must=must[0],
                    aim=must[1],
                )
            )
    return [*found, _meanwhile(bench)]


def _prepared(bench: Bench) -> Product:
    return Product.prepare(
        bench.home(),
        bench.database("postgresql"),
        Bundle.read(ORDER),
        diagrams.waits_then_asks("timed"),
    )


def _ours(bench: Bench, number: int) -> tuple[float, float]:
    product = _prepared(bench)
    timers(product, number, 3_600)
    meter = Meter([os.getpid(), *bench.database_pids(product.url)])
    worker = Worker(product.site.database, threads=1, clock=lambda: now() + timedelta(hours=2))
    began, used = time.perf_counter(), meter.seconds()
    worker.start()
    _until_done(product, number)
    took, used = time.perf_counter() - began, meter.seconds() - used
    worker.stop()
    product.close()
    return took, used


def _floor(bench: Bench, number: int) -> tuple[float, float]:
    url = bench.database("postgresql")
    floor.fill(url, number)
    meter = Meter([os.getpid(), *bench.database_pids(url)])
    used = meter.seconds()
    took = floor.run(url)
    return took, meter.seconds() - used


def _until_done(product: Product, number: int) -> None:
    """Wait until each timer led to its task.

    Raises:
        RuntimeError: one led to two.
    """
    last = time.monotonic() + 600
    opened = 0
    while opened < number and time.monotonic() < last:
        time.sleep(0.02)
        with product.site.database.reading() as connection:
            opened = connection.scalar(text(_OPEN)) or 0
    if opened != number:
        raise RuntimeError(f"{number} timers opened {opened} tasks")


def _meanwhile(bench: Bench) -> Figure:
    """Compare the inbox while timers fire with the inbox at rest."""
    product = _prepared(bench)
    product.claimed(25)
    number = bench.size.timers[0]
    with served(product) as ours:
        side = Side(ours.port, Meter([ours.pid]), same(ours.page("/inbox")))
        side.measure(20, 1)
        idle = side.measure(60, 1)
        timers(product, number, 0.5)
        time.sleep(0.5)
        busy: list[float] = []
        while True:
            busy += side.measure(20, 1).latencies
            with product.site.database.reading() as connection:
                if (connection.scalar(text(_OPEN)) or 0) >= number:
                    break
    product.close()
    return beside(
        "B3",
        f"the inbox while {number:,} timers fire: p95",
        "ms",
        [sorted(busy)[round((len(busy) - 1) * 0.95)]],
        [idle.p95],
        floor_is="at rest",
        must=times(3.0),
    )
