"""B5: the page of a case with its map: the server's part, and a browser's until marks are seen."""

from __future__ import annotations

import re
import time
from statistics import median
from uuid import UUID

from playwright.sync_api import Browser

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.chromium import chromium
from benchmarks.clients import Connection, written
from benchmarks.figures import Figure, NotRun, beside, most, times
from benchmarks.floors import serving
from benchmarks.processor import Meter
from benchmarks.product import VALUES, Product, Served, served
from benchmarks.turns import Side, same, turn_about, warm

_FEW = 30


def measure(bench: Bench) -> list[Figure | NotRun]:
    """Measure with few nodes and with many."""
    many = bench.size.nodes
    bundles = [diagrams.chain(f"drawn_{n}", n, drawn=True) for n in (_FEW, many)]
    product = Product.prepare(bench.home(), bench.database("postgresql"), *bundles)
    cases = {number: product.start(f"drawn_{number}", VALUES)[0] for number in (_FEW, many)}
    found: list[Figure | NotRun] = []
    with served(product) as ours:
        for number, case in cases.items():
            found += _server(bench, product, ours, number, case)
        found += _browser(ours, cases)
    product.close()
    return found


def _server(
    bench: Bench, product: Product, ours: Served, number: int, case: UUID
) -> list[Figure | NotRun]:
    path = f"/cases/{case}?tab=map"
    drawn = ours.page(f"{path}&view=drawing")
    with serving.served("benchmarks.floors.static", product.url) as (port, pid):
        sides = {
            "drawn": Side(ours.port, Meter([ours.pid]), same(drawn)),
            "in words": Side(ours.port, Meter([ours.pid]), same(ours.page(path))),
            "floor": Side(port, Meter([pid]), same(written("GET", "/static/dist/style.css", {}))),
        }
        warm(sides, 4)
        rounds = turn_about(sides, 1, 20, bench.size.rounds)
    connection = Connection(ours.port)
    _, page = connection.ask(drawn)
    _, words = connection.ask(ours.page(path))
    address = re.search(rb'data-diagram-url="([^"]+)"', page)
    if address is None:
        raise RuntimeError("the page has no drawing")
    headers = {**ours.headers, "Accept-Encoding": "gzip"}
    _, drawing = connection.ask(written("GET", address[1].decode(), headers))
    connection.close()
    return [
        *(
            beside(
                "B5",
                f"{number:,} nodes, the page with the map {view}: p50",
                "ms",
                [each.p50 for each in rounds[view]],
                [each.p50 for each in rounds["floor"]],
                floor_is="static file",
                must=times(3.0),
            )
            for view in ("drawn", "in words")
        ),
        Figure("B5", f"{number:,} nodes: the page with the drawing", "kB", len(page) / 1000),
        Figure("B5", f"{number:,} nodes: the page in words", "kB", len(words) / 1000),
        Figure("B5", f"{number:,} nodes: the drawing, sent once", "kB", len(drawing) / 1000),
    ]


def _browser(ours: Served, cases: dict[int, UUID]) -> list[Figure | NotRun]:
    with chromium() as browser:
        if browser is None:
            return [NotRun("B5", "until a browser shows the marks", "there is no Chromium")]
        return [
            Figure(
                "B5",
                f"{number:,} nodes: until a browser shows the marks",
                "s",
                median(_shown(browser, ours, case) for _ in range(3)),
                must=most(1.5) if number > _FEW else None,
            )
            for number, case in cases.items()
        ]


def _shown(browser: Browser, ours: Served, case: UUID) -> float:
    context = browser.new_context(extra_http_headers={"Cookie": ours.headers["Cookie"]})
    page = context.new_page()
    began = time.perf_counter()
    address = f"http://127.0.0.1:{ours.port}/cases/{case}?tab=map&view=drawing"
    page.goto(address, wait_until="commit")
    page.wait_for_selector("[data-diagram-ready]", state="attached", timeout=120_000)
    page.wait_for_selector(".mark-now", state="attached", timeout=120_000)
    took = time.perf_counter() - began
    context.close()
    return took
