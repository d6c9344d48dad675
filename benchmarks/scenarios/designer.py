"""S1: a large model in the designer: until one can draw, what a change costs, the findings."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any, Final
from uuid import UUID

from playwright.sync_api import Browser, Page

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.chromium import chromium
from benchmarks.clients import written
from benchmarks.figures import Figure, Limit, NotRun, most
from benchmarks.processor import Meter
from benchmarks.product import Product, Served, now, served
from benchmarks.turns import Side, same, turn_about, warm
from engine.commands import area_drafts
from engine.queries import people

ELEMENTS: Final = 300
WHO: Final = "analyst"
_CHANGES: Final = 5
_LONG_TASKS: Final = """() => {
  window.longest = 0
  new PerformanceObserver(seen => {
    for (const each of seen.getEntries()) window.longest = Math.max(window.longest, each.duration)
  }).observe({type: "longtask"})
}"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one browser saw."""

    opened: float  #: seconds until the model can be drawn on
    script: float  #: seconds of the main thread until then
    change: float  #: seconds of the main thread for one change, its findings and its saving
    longest: float  #: ms of the longest task of the main thread meanwhile


def measure(bench: Bench) -> list[Figure | NotRun]:
    """Measure a model of 300 elements beside nothing: there is no floor but the browser."""
    bundle = diagrams.drawn_mixture("drawn", ELEMENTS)
    product = Product.prepare(bench.home(), bench.database("postgresql"), bundle)
    draft = _begun(product, bundle.id)
    with served(product, who=WHO) as ours:
        found = [*_findings(bench, ours, draft, bundle.files["drawn.bpmn"]), *_seen(ours, draft)]
    product.close()
    return found


def _begun(product: Product, bundle_id: str) -> UUID:
    with product.site.database.reader() as session:
        actor = people.by_username(session, WHO, now())
    assert actor is not None
    uow = product.site.database.unit_of_work()
    return area_drafts.begin(uow, "drawn", "Large", actor=actor, at=now(), bundle_id=bundle_id)


def _findings(bench: Bench, ours: Served, draft: UUID, content: bytes) -> list[Figure | NotRun]:
    """Ask for the findings as the designer does, again and again."""
    headers = {**ours.headers, "Content-Type": "application/xml", "Accept": "application/json"}
    path = f"/studio/drafts/{draft}/lint/drawn.bpmn"
    asked = same(written("POST", path, headers, content.decode()))
    sides = {"findings": Side(ours.port, Meter([ours.pid]), asked)}
    warm(sides, 2)
    rounds = turn_about(sides, 1, 10, bench.size.rounds)["findings"]
    return [
        _figure("the findings, p50", "ms", (each.p50 for each in rounds), must=most(300)),
        _figure(
            "the findings, processor time of the server",
            "ms",
            (each.cpu_ms for each in rounds),
            must=most(300),
        ),
    ]


def _figure(
    what: str,
    unit: str,
    seen: Iterable[float],
    *,
    must: Limit | None = None,
    aim: Limit | None = None,
) -> Figure:
    return Figure("S1", f"{ELEMENTS} elements: {what}", unit, median(seen), must=must, aim=aim)


def _seen(ours: Served, draft: UUID) -> list[Figure | NotRun]:
    with chromium() as browser:
        if browser is None:
            return [NotRun("S1", "until a browser can draw", "there is no Chromium")]
        return _figures([_drawn(browser, ours, draft) for _ in range(3)])


def _figures(drawn: list[Drawn]) -> list[Figure | NotRun]:
    page = "processor time of the page"
    return [
        _figure("until they can be drawn on", "s", (each.opened for each in drawn), must=most(3.0)),
        _figure(f"{page} until then", "s", (each.script for each in drawn)),
        _figure(
            f"{page} for a change, its findings and its saving",
            "ms",
            (each.change * 1000 for each in drawn),
        ),
        _figure(
            "longest task of the page while looked at and saved",
            "ms",
            (each.longest for each in drawn),
            must=most(200),
            aim=most(100),
        ),
    ]


def _drawn(browser: Browser, ours: Served, draft: UUID) -> Drawn:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900},
        extra_http_headers={"Cookie": ours.headers["Cookie"]},
    )
    page = context.new_page()
    metrics = context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    began = time.perf_counter()
    page.goto(f"http://127.0.0.1:{ours.port}/studio/drafts/{draft}/draw/drawn.bpmn")
    page.wait_for_selector("[data-designer-ready='1']", timeout=120_000)
    opened, script = time.perf_counter() - began, _busy(metrics)
    page.locator("[data-outline] [data-element=n3]").click()
    page.wait_for_selector("#panel-name")
    page.evaluate(_LONG_TASKS)
    before = _busy(metrics)
    for number in range(_CHANGES):
        _change(page, f"Step {number} {began}")
    change = (_busy(metrics) - before) / _CHANGES
    longest = float(page.evaluate("window.longest"))
    context.close()
    return Drawn(opened, script, change, longest)


def _change(page: Page, name: str) -> None:
    """Name an element anew, and wait until it is looked at and saved."""
    page.fill("#panel-name", name)
    with page.expect_response("**/lint/**"), page.expect_response("**/files/**"):
        page.locator("#panel-id").focus()
    page.wait_for_selector("[data-designer-status][data-state=saved]", timeout=60_000)


def _busy(metrics: Any) -> float:
    """Return how many seconds the page's main thread has worked."""
    told = metrics.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in told if each["name"] == "TaskDuration"))
