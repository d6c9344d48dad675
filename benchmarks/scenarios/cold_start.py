"""B6: from the start of the process to its first answer, with many models deployed."""

from __future__ import annotations

import subprocess
import sys
import time

import httpx

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, times
from benchmarks.floors import approve as floor
from benchmarks.floors.serving import ROOT, wait_for
from benchmarks.product import WHO, Product
from benchmarks.turns import timed_about
from tests.kit.server import LiveServer, free_port
from tests.kit.visitor import Visitor


def measure(bench: Bench) -> list[Figure]:
    """Measure with many models, with one, and the floor, turn about."""
    many = [diagrams.chain(f"model_{n}", 30) for n in range(bench.size.models)]
    sites = {
        "many": _site(bench, Product.prepare(bench.home(), bench.database("postgresql"), *many)),
        "one": _site(bench, Product.prepare(bench.home(), bench.database("postgresql"))),
    }
    floor_url = bench.database("postgresql")
    floor.fill(floor_url, 1)
    rounds = timed_about(
        bench.size.rounds,
        {
            "many": lambda: _started(*sites["many"]),
            "one": lambda: _started(*sites["one"]),
            "floor": lambda: _floor(floor_url),
        },
    )
    named = f"first answer of /inbox, {bench.size.models} models deployed"
    return [
        beside("B6", named, "s", rounds["many"], rounds["floor"], must=times(1.6), aim=times(1.2)),
        beside(
            "B6",
            f"{bench.size.models} models beside one",
            "s",
            rounds["many"],
            rounds["one"],
            floor_is="one model",
        ),
    ]


def _site(bench: Bench, product: Product) -> tuple[LiveServer, dict[str, str]]:
    """Sign somebody in, and stop the server again; the sign-in outlives it."""
    del bench
    server = LiveServer(product.home, database_url=product.url).start()
    visitor = Visitor(server.address, WHO)
    visitor.get("/inbox")
    headers = visitor.headers()
    visitor.close()
    server.stop()
    product.close()
    return server, headers


def _started(server: LiveServer, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    server.start(wait=False)
    while True:
        try:
            answer = httpx.get(f"{server.address}/inbox", headers=headers, timeout=30)
        except httpx.HTTPError:
            time.sleep(0.01)
            continue
        if answer.status_code == 200:
            break
    took = time.perf_counter() - began
    server.stop()
    return took


def _floor(url: str) -> float:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.floors.serving"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "benchmarks.floors.approve", url, str(port), "1"], cwd=ROOT
    )
    wait_for(port, process, pause=0.01)
    took = time.perf_counter() - began
    process.terminate()
    process.wait(30)
    return took
