"""B12: four people in one case at once, and two who answer the same task."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Uuid, text

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.clients import GOOD, Measured
from benchmarks.figures import Figure, most
from benchmarks.processor import Meter
from benchmarks.product import ORDER, VALUES, Product, Served, served
from benchmarks.turns import Side
from engine.catalogue.bundle import Bundle

_ID = Uuid()
_EITHER = GOOD | {409}
_NAMES = {"sqlite": ("SQLite", 100.0), "postgresql": ("PostgreSQL", 50.0)}


def measure(bench: Bench) -> list[Figure]:
    """Measure on both databases."""
    found = []
    for backend, (name, bound) in _NAMES.items():
        product = Product.prepare(
            bench.home(),
            bench.database(backend),
            Bundle.read(ORDER),
            diagrams.branches("beside", 4),
        )
        with served(product) as ours:
            cases = bench.size.completions
            branches, lost = _branches(product, ours, cases)
            both = _same_task(product, ours, cases)
        found += [
            Figure(
                "B12", f"{name}, 4 branches and a join: p99", "ms", branches.p99, must=most(bound)
            ),
            Figure(
                "B12",
                f"{name}, 4 branches: answers refused with 409 and given again",
                "of all",
                branches.statuses.count(409) / len(branches.statuses),
            ),
            Figure(
                "B12", f"{name}, 4 branches: joins lost or doubled", "cases", lost, must=most(0)
            ),
            Figure(
                "B12",
                f"{name}, one task, two answers: not exactly one 409",
                "tasks",
                abs(both.statuses.count(409) - cases),
                must=most(0),
            ),
            Figure("B12", f"{name}, one task, two answers: p99", "ms", both.p99, must=most(bound)),
        ]
        product.close()
    return found


def _branches(product: Product, ours: Served, cases: int) -> tuple[Measured, int]:
    tasks = []
    for _ in range(cases):
        opened = product.start("beside", VALUES)[1]
        tasks += [product.claim(each) for each in opened]
    requests = {ours.completion(each): each for each in tasks}
    side = Side(ours.port, Meter([ours.pid]), lambda _: list(requests), _EITHER)
    measured = side.measure(len(tasks), 4)
    for again in _still_open(product, "b"):
        product.complete(again)
    with product.site.database.reading() as connection:
        joined = connection.scalar(
            text("SELECT count(*) FROM human_task WHERE element_id = 'last'")
        )
        at_join = connection.scalar(
            text("SELECT count(DISTINCT instance_id) FROM human_task WHERE element_id = 'last'")
        )
    return measured, abs((joined or 0) - cases) + abs((at_join or 0) - cases)


def _still_open(product: Product, prefix: str) -> list[UUID]:
    with product.site.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT id FROM human_task WHERE closed_at IS NULL AND element_id LIKE :prefix"
            ).columns(id=_ID),
            {"prefix": prefix + "%"},
        )
        return [each.id for each in rows]


def _same_task(product: Product, ours: Served, cases: int) -> Measured:
    requests = [ours.completion(each) for each in product.claimed(cases)]
    twice = [each for each in requests for _ in range(2)]
    side = Side(ours.port, Meter([ours.pid]), lambda _: twice, _EITHER)
    return side.measure(len(twice), 2)
