"""B1: completing a task over HTTP, all included, beside the floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import text

from benchmarks.bench import Bench
from benchmarks.clients import Measured
from benchmarks.figures import Figure, Limit, beside, times
from benchmarks.floors import approve as floor
from benchmarks.floors import serving
from benchmarks.processor import Meter
from benchmarks.product import Product, served
from benchmarks.turns import Side, turn_about, warm

WARM = 40
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def measure(bench: Bench) -> list[Figure]:
    """Measure on PostgreSQL, with a disk a millisecond slower, and on SQLite."""
    found = []
    for backend in ("postgresql", "sqlite"):
        with both(bench, backend) as (product, sides):
            found += _at(bench, sides, _NAMES[backend], is_asked=backend == "postgresql")
            if backend == "postgresql":
                with bench.slow_disk():
                    found += _at(bench, sides, "PostgreSQL, each flush +1 ms", is_asked=False)
            _check(product)
    return found


@contextmanager
def both(
    bench: Bench, backend: str, processes: int = 2
) -> Iterator[tuple[Product, Mapping[str, Side]]]:
    """Serve product and floor, each with work that is enough."""
    product = Product.prepare(bench.home(), bench.database(backend))
    floor_url = bench.database(backend)
    floor.fill(floor_url, 40 * bench.size.completions + 4 * WARM)
    database = bench.database_pids(product.url)
    workers = processes if backend == "postgresql" else 1
    numbers = iter(range(1, 10**9))
    with (
        served(product, processes=processes) as ours,
        serving.served("benchmarks.floors.approve", floor_url, workers) as (port, pid),
    ):
        sides = {
            "product": Side(
                ours.port,
                Meter([ours.pid, *database]),
                lambda count: [ours.completion(each) for each in product.claimed(count)],
            ),
            "floor": Side(
                port,
                Meter([pid, *database]),
                lambda count: [floor.request_of(next(numbers)) for _ in range(count)],
            ),
        }
        warm(sides, WARM)
        yield product, sides
    product.close()


def _at(bench: Bench, sides: Mapping[str, Side], where: str, *, is_asked: bool) -> list[Figure]:
    size = bench.size
    alone = turn_about(sides, 1, size.completions, size.rounds)
    four = turn_about(sides, 4, 2 * size.completions, size.rounds)
    ask = _asked if is_asked else _unasked
    return [
        *lines("B1", f"{where}, 1 client", alone, p50=ask(2.0, 1.2)),
        *lines("B1", f"{where}, 4 clients", four, rate=ask(0.5, 0.8, at_least=True)),
    ]


def lines(
    scenario: str,
    where: str,
    rounds: Mapping[str, list[Measured]],
    *,
    p50: tuple[Limit | None, Limit | None] = (None, None),
    rate: tuple[Limit | None, Limit | None] = (None, None),
) -> list[Figure]:
    """Return latency, throughput and processor time of product and floor."""
    ours, theirs = rounds["product"], rounds["floor"]
    return [
        beside(
            scenario,
            f"{where}: p50",
            "ms",
            [each.p50 for each in ours],
            [each.p50 for each in theirs],
            must=p50[0],
            aim=p50[1],
        ),
        beside(scenario, f"{where}: p95", "ms", [x.p95 for x in ours], [x.p95 for x in theirs]),
        beside(
            scenario,
            f"{where}: throughput",
            "per s",
            [each.per_second for each in ours],
            [each.per_second for each in theirs],
            must=rate[0],
            aim=rate[1],
        ),
        beside(
            scenario,
            f"{where}: processor time of server and database",
            "ms each",
            [each.cpu_ms for each in ours],
            [each.cpu_ms for each in theirs],
        ),
    ]


def _asked(must: float, aim: float, *, at_least: bool = False) -> tuple[Limit, Limit]:
    return times(must, at_least=at_least), times(aim, at_least=at_least)


def _unasked(*_: float, **__: bool) -> tuple[None, None]:
    return None, None


def _check(product: Product) -> None:
    """Refuse figures of work that was not done: every case stands at its next task, told once."""
    with product.site.database.reading() as connection:
        done, waiting, told = (
            connection.scalar(text(each)) or 0
            for each in (
                "SELECT count(*) FROM human_task WHERE state = 'completed'",
                "SELECT count(*) FROM human_task WHERE state = 'open'",
                "SELECT count(*) FROM event WHERE kind = 'task_completed'",
            )
        )
    if not done == waiting == told > 0:
        raise RuntimeError(f"{done} completed, {waiting} opened, {told} told")
