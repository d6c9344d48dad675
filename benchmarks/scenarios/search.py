"""B4: cases found among many by one filter, over the engine's REST face, as an administrator."""

from __future__ import annotations

import base64
import json

from benchmarks.bench import Bench, say
from benchmarks.clients import GOOD, written
from benchmarks.figures import Figure, NotRun, most
from benchmarks.population import copies
from benchmarks.processor import Meter
from benchmarks.product import Product, served
from benchmarks.turns import Side, same
from tests.kit.visitor import PASSWORD

_FILTERS = {
    "running": {"active": True},
    "process and running": {"processDefinitionKey": "order", "active": True},
    "key contains": {"businessKeyLike": "%4321%"},
    "key is": {"businessKey": "O-0004321"},
    "process, its key contains": {"processDefinitionKey": "order", "businessKeyLike": "%4321%"},
}


def measure(bench: Bench) -> list[Figure | NotRun]:
    """Measure every filter at both sizes."""
    found: list[Figure | NotRun] = []
    for number, bound in zip(bench.size.cases, (15.0, 30.0), strict=True):
        say(f"B4: {number:,} cases")
        product = Product.prepare(bench.home(), bench.database("postgresql"))
        copies(product, number)
        with served(product) as ours:
            for named, asked in _FILTERS.items():
                side = Side(
                    ours.port,
                    Meter([ours.pid]),
                    same(_request(asked)),
                    GOOD,
                )
                side.measure(4, 2)
                measured = side.measure(max(20, bench.size.completions // 4), 1)
                found.append(
                    Figure(
                        "B4",
                        f"{number:,} cases, {named}: p95",
                        "ms",
                        measured.p95,
                        must=most(bound),
                        aim=most(bound / 2),
                    )
                )
        product.close()
    why = "the product has no such filter yet"
    return [*found, NotRun("B4", "variable equals", why), NotRun("B4", "date range", why)]


def _request(asked: object) -> bytes:
    body = json.dumps(asked)
    basic = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {basic}"}
    path = "/engine-rest/process-instance?firstResult=0&maxResults=25"
    return written("POST", path, headers, body)
