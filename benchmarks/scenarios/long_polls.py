"""R1: fifty workers outside wait for external tasks: the list of work beside it, nothing twice."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from benchmarks.bench import Bench, say
from benchmarks.clients import Connection as Client
from benchmarks.clients import written
from benchmarks.figures import Figure, beside, least, most, times
from benchmarks.product import WHO, Product, Served, now, served
from engine.catalogue.bundle import Bundle
from engine.commands import api_tokens, external, people
from engine.commands.external import Topic
from engine.storage.database import UnitOfWork
from engine.storage.people import id_of
from tests.kit import paying

WORKERS: Final = 50
TASKS: Final = {"full": 10_000, "small": 500}
PACE: Final = 20  #: cases started a second: 72,000 an hour
_PAGES: Final = 200  #: of the list of work: before, meanwhile and after
#: Cases that have come to a person before anything is measured, more than a page shows: what the
#: workers finish lands in the same list, and an empty one costs half of a full one.
_ROWS: Final = 100
_LANES: Final = paying.LANES.replace('role = "CLERK"', 'role = "SUPERVISOR"')
_FETCH: Final = {
    "workerId": "w",
    "maxTasks": 5,
    "asyncResponseTimeout": 20_000,
    "topics": [{"topicName": "transfer", "lockDuration": 600_000}],
}


def measure(bench: Bench) -> list[Figure]:
    """Let the workers wait and work while cases are started at a city's pace."""
    many = TASKS[bench.size.name]
    bundle = Bundle({"payment.bpmn": paying.DIAGRAM.encode(), "process.toml": _LANES.encode()})
    product = Product.prepare(bench.home(), bench.database("postgresql"), bundle)
    token = _token(product.site.database.unit_of_work(), product)
    _fill(product)
    with served(product) as ours:
        _pages(ours, 20)  # the first ones load what all others find
        idle = _pages(ours)
        say(f"R1: {WORKERS} workers, {many:,} tasks")
        with _driven(product, ours.port, token, many) as given:
            meanwhile = _pages(ours)
            while not given.poll():
                meanwhile += _pages(ours, 20)
            counts: list[int]
            counts, took = given.recv()
        after = _pages(ours)
    product.close()
    twice = sum(counts) - len(counts)
    what = f"{WORKERS} workers waiting"
    return [
        Figure("R1", f"{what}, {many:,} tasks: given twice", "tasks", twice, must=most(0)),
        Figure("R1", f"{what}: done", "tasks/s", many / took, must=least(0.9 * PACE)),
        beside(
            "R1",
            f"{what}: the list of work, p95",
            "ms",
            [_p95(meanwhile)] * 2,
            [_p95(idle), _p95(after)],
            floor_is="idle",
            must=times(2.0),
        ),
    ]


@contextmanager
def _driven(product: Product, port: int, token: str, many: int) -> Iterator[Connection]:
    """Start cases and let the workers have them in a process of their own, until the block ends.

    In ours they would take turns with who looks at the list of work, and be counted as the
    product's. Once all were given comes how often each was, and the seconds since the first start.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    args = (product.home, product.url, port, token, many, theirs)
    driver = context.Process(target=_drive, args=args, daemon=True)
    driver.start()
    try:
        yield ours
    finally:
        driver.join()


def _drive(home: Path, url: str, port: int, token: str, many: int, told: Connection) -> None:
    product = Product.opened(home, url)
    given: Counter[str] = Counter()
    is_over = threading.Event()
    args = (port, token, given, is_over)
    names = (f"w{at}" for at in range(WORKERS))
    workers = [threading.Thread(target=_work, args=(each, *args)) for each in names]
    for each in workers:
        each.start()
    began = time.monotonic()
    for amount in range(many):
        time.sleep(max(0.0, began + amount / PACE - time.monotonic()))
        product.start("payment", {"amount": amount})
    while sum(given.values()) < many:
        time.sleep(0.1)
    told.send((list(given.values()), time.monotonic() - began))
    is_over.set()
    for each in workers:
        each.join()
    product.close()


def _work(name: str, port: int, token: str, given: Counter[str], is_over: threading.Event) -> None:
    """Fetch and complete until it is over."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = Client(port)
    asked = json.dumps(_FETCH | {"workerId": name})
    fetch = written("POST", "/engine-rest/external-task/fetchAndLock", headers, asked)
    while not is_over.is_set():
        _, found = connection.ask(fetch)
        for each in json.loads(found):
            given[each["id"]] += 1
            address = f"/engine-rest/external-task/{each['id']}/complete"
            body = json.dumps({"workerId": name, "variables": {}})
            connection.ask(written("POST", address, headers, body))
    connection.close()


def _fill(product: Product) -> None:
    uow, topic = product.site.database.unit_of_work(), Topic("transfer", timedelta(minutes=1))
    for amount in range(_ROWS):
        product.start("payment", {"amount": amount})
        [task] = external.fetch(uow, "before", [topic], at=now())
        external.complete(uow, task.id, "before", {}, at=now())


def _token(uow: UnitOfWork, product: Product) -> str:
    with product.site.database.reader() as session:
        person = id_of(session, WHO)
    assert person is not None
    people.grant(uow, person, "WORKER", "*")
    return api_tokens.make(
        uow, WHO, "bench", ["workers"], timedelta(days=1), by=WHO, at=now()
    ).token


def _pages(ours: Served, count: int = _PAGES) -> list[float]:
    """Ask for the list of work so often; return how long each answer took, in milliseconds."""
    connection, page = Client(ours.port), ours.page("/inbox")
    found = []
    for _ in range(count):
        began = time.perf_counter()
        connection.ask(page)
        found.append((time.perf_counter() - began) * 1_000)
    connection.close()
    return found


def _p95(found: list[float]) -> float:
    return sorted(found)[int(len(found) * 0.95)]
