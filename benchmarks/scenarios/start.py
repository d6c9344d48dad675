"""B10: starting a case with five values, beside four INSERTs in one commit."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, least, times
from benchmarks.floors import serving, tables
from benchmarks.floors import start as floor
from benchmarks.processor import Meter
from benchmarks.product import Product, served
from benchmarks.scenarios.approve import lines
from benchmarks.turns import Side, same, turn_about, warm


def measure(bench: Bench) -> list[Figure]:
    """Start over HTTP by the form, at one client and at four, on PostgreSQL."""
    size = bench.size
    product = Product.prepare(bench.home(), bench.database("postgresql"))
    floor_url = bench.database("postgresql")
    tables.prepare(floor_url).dispose()
    database = bench.database_pids(product.url)
    with (
        served(product) as ours,
        serving.served("benchmarks.floors.start", floor_url) as (port, pid),
    ):
        sides = {
            "product": Side(
                ours.port,
                Meter([ours.pid, *database]),
                same(ours.beginning()),
            ),
            "floor": Side(port, Meter([pid, *database]), same(floor.request_of(0))),
        }
        warm(sides, 40)
        alone = turn_about(sides, 1, size.completions, size.rounds)
        four = turn_about(sides, 4, 2 * size.completions, size.rounds)
    product.close()
    rate = [each.per_second for each in four["product"]]
    floor_rate = [each.per_second for each in four["floor"]]
    return [
        *lines("B10", "1 client", alone, p50=(times(1.5), None)),
        *lines("B10", "4 clients", four),
        beside("B10", "4 clients: starts", "per s", rate, floor_rate, must=least(500)),
    ]
