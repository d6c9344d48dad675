"""B4: cases found among many by one filter, on the page of all cases, as an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from benchmarks.bench import Bench, say
from benchmarks.clients import GOOD
from benchmarks.figures import Figure, most
from benchmarks.population import archive
from benchmarks.processor import Meter
from benchmarks.product import Product, Served, served
from benchmarks.turns import Side, same
from engine.values import JalaliDate, local_date


def measure(bench: Bench) -> list[Figure]:
    """Measure every filter at both sizes."""
    found: list[Figure] = []
    for number, bound in zip(bench.size.cases, (15.0, 30.0), strict=True):
        say(f"B4: {number:,} cases")
        product = Product.prepare(bench.home(), bench.database("postgresql"))
        archive(product, number)
        with served(product, who="auditor") as ours:
            for named, asked in filters().items():
                p95 = _p95(ours, asked, bench.size.completions)
                told = f"{number:,} cases, {named}: p95"
                found.append(Figure("B4", told, "ms", p95, must=most(bound), aim=most(bound / 2)))
        product.close()
    return found


def filters() -> Mapping[str, Mapping[str, str]]:
    """Return what is asked for, one filter each, by what it is called."""
    today = str(JalaliDate.of(local_date(datetime.now(UTC))))
    return {
        "all": {},
        "running": {"state": "running"},
        "process and running": {"process": "order", "state": "running"},
        "finished": {"state": "finished"},
        "cancelled, of which there are none": {"state": "cancelled"},
        "version": {"process": "order", "version": "1"},
        "waits at a step": {"process": "order", "element": "approve"},
        "stopped by an incident": {"incident": "true"},
        "ended today": {"ended_from": today, "ended_to": today},
        "one unit of fifty": {"unit": "G07"},
        "number contains": {"q": "4321"},
        "value equals": {"process": "order", "value.amount": "4321"},
        "started today": {"from": today, "to": today},
    }


def _p95(ours: Served, asked: Mapping[str, str], count: int) -> float:
    side = side_of(ours, asked)
    side.measure(4, 2)
    return side.measure(count, 1).p95


def side_of(ours: Served, asked: Mapping[str, str]) -> Side:
    """Return who asks a site for its cases."""
    request = ours.page(f"/monitoring/cases?{urlencode(asked)}")
    return Side(ours.port, Meter([ours.pid]), same(request), GOOD)
