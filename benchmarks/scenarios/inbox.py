"""B2: the first page of the list of work, with many open tasks, for somebody at five desks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.bench import Bench, say
from benchmarks.clients import Connection
from benchmarks.figures import Figure, beside, most, times
from benchmarks.floors import inbox as floor
from benchmarks.floors import serving
from benchmarks.population import copies, see_all_units
from benchmarks.processor import Meter
from benchmarks.product import Product, Served, served
from benchmarks.scenarios.approve import lines
from benchmarks.turns import Side, same, turn_about, warm


def measure(bench: Bench) -> list[Figure]:
    """Measure at both sizes, product and floor turn about; then the sizes beside each other."""
    few, many = bench.size.open_tasks
    found, latencies = [], []
    for number in (few, many):
        say(f"B2: {number:,} open tasks")
        with _both(bench, number) as (ours, sides):
            rounds = turn_about(sides, 1, bench.size.completions, bench.size.rounds)
            found += lines(
                "B2", f"{number:,} open tasks, 1 client", rounds, p50=(times(2.0), times(1.3))
            )
            latencies.append([each.p50 for each in rounds["product"]])
            found += _pages(bench, ours, f"{number:,} open tasks")
    found.append(
        beside(
            "B2",
            f"{many:,} beside {few:,} open tasks: p50",
            "ms",
            latencies[1],
            latencies[0],
            floor_is=f"{few:,}",
            must=times(1.3),
        )
    )
    return found


@contextmanager
def _both(bench: Bench, number: int) -> Iterator[tuple[Served, dict[str, Side]]]:
    product = Product.prepare(bench.home(), bench.database("postgresql"))
    see_all_units(product)
    copies(product, number)
    floor_url = bench.database("postgresql")
    floor.fill(floor_url, number)
    database = bench.database_pids(product.url)
    with (
        served(product) as ours,
        serving.served("benchmarks.floors.inbox", floor_url) as (port, pid),
    ):
        sides = {
            "product": Side(
                ours.port,
                Meter([ours.pid, *database]),
                same(ours.page("/inbox")),
            ),
            "floor": Side(port, Meter([pid, *database]), same(floor.request_of(0))),
        }
        warm(sides, 6)
        yield ours, sides
    product.close()


def _pages(bench: Bench, ours: Served, named: str) -> list[Figure]:
    """Weigh the first page, and measure the second."""
    connection = Connection(ours.port)
    _, first = connection.ask(ours.page("/inbox"))
    connection.close()
    after = re.search(rb'href="(/inbox\?[^"]*after=[^"]+)"', first)
    if after is None or first.count(b"/tasks/") < 25:
        raise RuntimeError("the first page does not lead to a second")
    second = after[1].decode().replace("&amp;", "&")
    pages = {
        name: Side(ours.port, Meter([ours.pid]), same(ours.page(path)))
        for name, path in (("product", second), ("floor", "/inbox"))
    }
    rounds = turn_about(pages, 1, 20, bench.size.rounds)
    return [
        Figure("B2", f"{named}: the page", "kB", len(first) / 1000, must=most(60)),
        beside(
            "B2",
            f"{named}: the second page beside the first: p50",
            "ms",
            [each.p50 for each in rounds["product"]],
            [each.p50 for each in rounds["floor"]],
            floor_is="first page",
            must=times(1.3),
        ),
    ]
