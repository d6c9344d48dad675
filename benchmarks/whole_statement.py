"""The sample's first statement of 312 lines, from filing to payment order, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from benchmarks.product import Product
from engine.jobs import run_due, utc_now
from tests.kit.server import LiveServer
from tests.kit.statements import Office, take


def over_http(home: Path, url: str) -> dict[str, Any]:
    """Walk it through a served site; seconds for the whole, milliseconds for its parts."""
    server = LiveServer(home, database_url=url).start()
    office = Office(server.address)
    try:
        return _walk(office, lambda: None)
    finally:
        office.close()
        server.stop()


def in_process(product: Product) -> dict[str, Any]:
    """Walk it through the application in this process, jobs run between the steps."""
    app = product.site.application()
    database = product.site.database
    office = Office("http://127.0.0.1", transport=httpx.WSGITransport(app))
    figures = _walk(office, lambda: run_due(database, utc_now))
    office.close()
    return figures


def _walk(office: Office, work: Callable[[], object]) -> dict[str, Any]:
    for username in ("contractor", "supervisor", "consultant", "tech_office", "fin_expert"):
        office.person(username).get("/inbox")  # signed in and warm
    figures: dict[str, Any] = {}
    began = time.perf_counter()
    figures["file_ms"] = _timed(lambda: office.file(1))
    work()
    steps: dict[str, float] = {}
    while not office.is_paid(1):
        for name, address in office.open_steps():
            if name == "Measure":
                figures |= _page(office, address)
            steps[name] = _timed(lambda name=name, address=address: office.do(name, address, 1))  # type: ignore[misc]
            work()
        time.sleep(0.01)
    figures["whole_s"] = round(time.perf_counter() - began, 2)
    figures["steps_ms"] = steps
    return figures


def _page(office: Office, address: str) -> dict[str, Any]:
    """Measure what the supervisor waits for: the page of all lines, and one changed cell."""
    supervisor = office.person("supervisor")
    page = take(supervisor, address)
    [key] = page.tree.xpath("(//tr[@data-k])[1]/@data-k")
    shown = [_timed(lambda: supervisor.download(address)) for _ in range(5)]
    changes = {"changes": {f"lines/{key}/note": "seen"}}
    saved = [_timed(lambda: supervisor.json(f"{address}/draft", changes)) for _ in range(5)]
    supervisor.json(f"{address}/draft", {"changes": {f"lines/{key}/note": None}})
    return {
        "page_ms": sorted(shown)[2],
        "page_kb": round(len(supervisor.download(address).content) / 1000),
        "save_cell_ms": sorted(saved)[2],
    }


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return round((time.perf_counter() - began) * 1000, 1)
