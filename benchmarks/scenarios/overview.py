"""A1: the overview of the bridge at a million cases, once a worker has counted them."""

from __future__ import annotations

from benchmarks.bench import Bench, say
from benchmarks.clients import GOOD
from benchmarks.figures import Figure, most
from benchmarks.population import archive
from benchmarks.processor import Meter
from benchmarks.product import Product, served
from benchmarks.turns import Side, same

MOST: float = 100.0  #: ms


def measure(bench: Bench) -> list[Figure]:
    """Measure the page at both sizes."""
    found: list[Figure] = []
    for number in bench.size.cases:
        say(f"A1: {number:,} cases")
        product = Product.prepare(bench.home(), bench.database("postgresql"))
        archive(product, number)
        with served(product, who="auditor") as ours:
            side = Side(ours.port, Meter([ours.pid]), same(ours.page("/monitoring/overview")), GOOD)
            side.measure(4, 2)
            p95 = side.measure(bench.size.completions, 1).p95
        told = f"overview at {number:,} cases: p95"
        found.append(Figure("A1", told, "ms", p95, must=most(MOST), aim=most(MOST / 2)))
        product.close()
    return found
