"""`make bench`: Divan and its floors in one run, turn about, and the results kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks import floor_app, machine, product, report, whole_statement
from benchmarks.bare import Bare
from benchmarks.clients import Load, Measured, post_all
from tests.kit.databases import Postgres
from tests.kit.server import free_port

ROUNDS = int(os.environ.get("DIVAN_BENCH_ROUNDS", "5"))
PER_ROUND = {1: 200, 4: 400}  #: completions by number of clients
WARM = 50


def main() -> None:
    """Measure everything and say where the results are."""
    result: dict[str, Any] = {"machine": machine.facts()}
    result |= {"complete_http": {}, "complete_in_process_ms": {}, "statements_per_completion": {}}
    result["whole_statement"] = {}
    folder = Path(tempfile.mkdtemp(prefix="divan-bench-"))
    postgres = Postgres(durable=True)
    try:
        for backend in ("sqlite", "postgresql"):
            _measure(result, backend, folder / backend, postgres)
        _bare(result, folder)
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    page = report.write(result)
    print(page.read_text(encoding="utf-8"))
    print(f"kept in {page.relative_to(machine.ROOT)} and the JSON beside it")


def _measure(result: dict[str, Any], backend: str, folder: Path, postgres: Postgres) -> None:
    def database(name: str) -> str:
        (folder / name).mkdir(parents=True)
        is_file = backend == "sqlite"
        return f"sqlite:///{folder / name / 'divan.sqlite'}" if is_file else postgres.create()

    _say(f"{backend}: completions over HTTP")
    url = database("orders")
    ours = product.Product.prepare(folder / "orders", url)
    result["statements_per_completion"][backend] = ours.statements_per_completion()
    floor_url = database("floor")
    floor_app.prepare(floor_url, WARM + ROUNDS * sum(PER_ROUND.values()))
    result["complete_http"][backend] = _turn_about(ours, folder / "orders", url, floor_url)
    _say(f"{backend}: completions in process")
    took = [ours.complete_in_process(200) for _ in range(ROUNDS)]
    result["complete_in_process_ms"][f"Divan, {backend}"] = round(median(took), 3)
    ours.site.database.dispose()
    _say(f"{backend}: a whole statement")
    walked = whole_statement.over_http(folder / "served", database("served"))
    result["whole_statement"][f"over HTTP, {backend}"] = walked
    url = database("statement")
    alone = product.Product.prepare(folder / "statement", url)
    result["whole_statement"][f"in process, {backend}"] = whole_statement.in_process(alone)
    alone.site.database.dispose()


def _turn_about(ours: product.Product, home: Path, url: str, floor_url: str) -> dict[str, Any]:
    rounds: dict[int, list[dict[str, Measured]]] = {clients: [] for clients in PER_ROUND}
    floor_tasks = iter(range(1, 10**6))
    with product.served(home, url) as (server, headers), _floor(floor_url) as port:
        post_all(product.load(server, headers, ours.claimed(WARM)), 1)
        post_all(_floor_load(port, floor_tasks, WARM), 1)
        for _ in range(ROUNDS):
            for clients, count in PER_ROUND.items():
                load = product.load(server, headers, ours.claimed(count))
                rounds[clients].append(
                    {
                        "product": post_all(load, clients),
                        "floor": post_all(_floor_load(port, floor_tasks, count), clients),
                    }
                )
    return {str(clients): report.summary(each) for clients, each in rounds.items()}


def _floor_load(port: int, tasks: Iterator[int], count: int) -> Load:
    paths = [f"/tasks/{next(tasks)}" for _ in range(count)]
    headers = {"Content-Type": "application/json", "X-Token": "t7"}
    return Load(port, paths, '{"approved": true, "note": "in order"}', headers)


@contextmanager
def _floor(url: str) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.floor_app", url, str(port)]
    process = subprocess.Popen(command, cwd=machine.ROOT)
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{port}/health/ready").raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(30)


def _bare(result: dict[str, Any], folder: Path) -> None:
    _say("bare SpiffWorkflow")
    bare = Bare(folder)
    memory, document = [], []
    for _ in range(ROUNDS):
        memory.append(bare.in_memory(200))
        document.append(bare.as_document(200))
    bare.close()
    figures = result["complete_in_process_ms"]
    figures["SpiffWorkflow in memory, nothing stored"] = round(median(memory), 3)
    figures["SpiffWorkflow, whole case as one JSON document, sqlite"] = round(median(document), 3)


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
