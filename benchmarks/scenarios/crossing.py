"""C1: cases go to another version in the background: how fast, and the list of work beside it."""

from __future__ import annotations

import time
from typing import Final
from uuid import UUID

from benchmarks.bench import Bench, say
from benchmarks.clients import Connection
from benchmarks.figures import Figure, beside, least, most, times
from benchmarks.processor import Meter
from benchmarks.product import ORDER, VALUES, Product, Served, now, served
from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.commands import batches, deployments, migrations
from engine.commands.admins import CONSOLE
from engine.model.batch import Batch
from engine.storage.bundles import latest
from engine.storage.moved import running_of

CASES: Final = {"full": 10_000, "small": 1_000}
RATE: Final = 100.0  #: cases a second
_CHANGED: Final = {
    'id="approve" name="تأیید"': 'id="agree" name="موافقت"',
    ">approve<": ">agree<",
    'targetRef="approve"': 'targetRef="agree"',
    'sourceRef="approve"': 'sourceRef="agree"',
}
_PAGES: Final = 100  #: of the list of work, before
_PAUSE: Final = 0.05  #: seconds a person takes between two looks


def measure(bench: Bench) -> list[Figure]:
    """Measure both databases."""
    return [
        figure
        for backend in ("sqlite", "postgresql")
        for figure in _measure(bench, backend, CASES[bench.size.name])
    ]


def _measure(bench: Bench, backend: str, many: int) -> list[Figure]:
    product = Product.prepare(bench.home(), bench.database(backend))
    say(f"C1: {many:,} cases, {backend}")
    for _ in range(many):
        product.start("order", VALUES)
    with served(product, processes=1) as ours:
        idle = _pages(ours, _PAGES)
        meter = Meter([ours.pid])
        used, began = meter.seconds(), time.monotonic()
        batch_id = _begin(product)
        meanwhile: list[float] = []
        while not (batch := _looked_at(product, batch_id)).is_over:
            meanwhile += _pages(ours, 5)
        took, used = time.monotonic() - began, meter.seconds() - used
    product.close()
    what = f"{many:,} cases to another version, {backend}"
    return [
        Figure("C1", f"{what}: refused", "cases", batch.failed, must=most(0)),
        Figure("C1", what, "cases/s", many / took, must=least(RATE)),
        Figure("C1", f"{what}: processor, pages included", "ms a case", used / many * 1_000),
        beside(
            "C1",
            f"{what}: the list of work, p95",
            "ms",
            [_p95(meanwhile)],
            [_p95(idle)],
            floor_is="idle",
            must=times(3.0),
        ),
    ]


def _begin(product: Product) -> UUID:
    """Deploy a version whose first step is another, and begin to go there; return the batch."""
    database = product.site.database
    files = dict(Bundle.read(ORDER).files)
    diagram = files["order.bpmn"].decode()
    for was, becomes in _CHANGED.items():
        diagram = diagram.replace(was, becomes)
    files["order.bpmn"] = diagram.encode()
    with database.reader() as session:
        old = latest(session, "order")
    deployments.deploy(database.unit_of_work(), Bundle(files), at=now())
    with database.reader() as session:
        new = latest(session, "order")
    wish = migrations.wish(old, new, bpmn.Plan({"order": {"approve": "agree"}}), "measured")
    uow = database.unit_of_work()
    return batches.begin(uow, wish, running_of(old.id), actor=CONSOLE, at=now())


def _looked_at(product: Product, batch_id: UUID) -> Batch:
    with product.site.database.reader() as session:
        return session.get_one(Batch, batch_id)


def _pages(ours: Served, count: int) -> list[float]:
    """Look at the list of work so often, as a person does; return how long each took, in ms."""
    connection, page = Connection(ours.port), ours.page("/inbox")
    found = []
    for _ in range(count):
        time.sleep(_PAUSE)
        began = time.perf_counter()
        connection.ask(page)
        found.append((time.perf_counter() - began) * 1_000)
    connection.close()
    return found


def _p95(found: list[float]) -> float:
    return sorted(found)[int(len(found) * 0.95)]
