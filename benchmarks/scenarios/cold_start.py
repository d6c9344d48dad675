"""B6: from the start of the process to its first answer, with many models deployed.

Product and floor start as they do where they are installed: pip compiles what it installs, so
neither compiles its modules once more. Both have a first start that does, which is not timed.
"""

from __future__ import annotations

import os
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
    compiled = _compiled(bench)
    many = [diagrams.chain(f"model_{n}", 30) for n in range(bench.size.models)]
    sites = {
        "many": _site(compiled, Product.prepare(bench.home(), bench.database("postgresql"), *many)),
        "one": _site(compiled, Product.prepare(bench.home(), bench.database("postgresql"))),
    }
    floor_url = bench.database("postgresql")
    floor.fill(floor_url, 1)
    _floor(floor_url, compiled)
    rounds = timed_about(
        bench.size.rounds,
        {
            "many": lambda: _started(*sites["many"]),
            "one": lambda: _started(*sites["one"]),
            "floor": lambda: _floor(floor_url, compiled),
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


def _compiled(bench: Bench) -> dict[str, str]:
    """Return the environment of processes that keep their compiled modules in the bench's folder.

    Whoever measures may have told Python to write none; then each start of the product would
    compile its 500 modules, while those of the floor's libraries came compiled with pip.
    """
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bench.home())}


def _site(compiled: dict[str, str], product: Product) -> tuple[LiveServer, dict[str, str]]:
    """Sign somebody in, and stop the server again; the sign-in outlives it."""
    server = LiveServer(product.home, database_url=product.url, settings=compiled).start()
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


def _floor(url: str, compiled: dict[str, str]) -> float:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.floors.serving"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "benchmarks.floors.approve", url, str(port), "1"],
        cwd=ROOT,
        env=os.environ | compiled,
    )
    wait_for(port, process, pause=0.01)
    took = time.perf_counter() - began
    process.terminate()
    process.wait(30)
    return took
