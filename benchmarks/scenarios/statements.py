"""B1s: SQL statements of one completion over HTTP, authorisation included."""

from __future__ import annotations

import httpx

from benchmarks.bench import Bench
from benchmarks.clients import GOOD
from benchmarks.figures import Figure, most
from benchmarks.product import WHO, Heard, Product
from tests.kit.visitor import Visitor

#: how what only reads begins; the first is who asks
_READS = ("WITH WHO", "SELECT")
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def measure(bench: Bench) -> list[Figure]:
    """Count on both databases."""
    found = []
    for backend, name in _NAMES.items():
        product = Product.prepare(bench.home(), bench.database(backend))
        number = len(of_one_completion(product))
        found.append(Figure("B1s", name, "statements", number, must=most(6), aim=most(3)))
        product.close()
    return found


def of_one_completion(product: Product) -> list[str]:
    """Return the statements one completion sends, after everything kept has been read."""
    transport = httpx.WSGITransport(product.site.application())
    visitor = Visitor("http://127.0.0.1", WHO, transport=transport)
    heard = Heard(product)
    for each in product.claimed(3):
        with heard:
            page = visitor.post(f"/tasks/{each}", approved="true", note="in order")
        if page.status not in GOOD:
            raise RuntimeError(f"{page.status}: {page.text[:300]}")
        _only_the_post(heard)
    visitor.close()
    return heard.statements


def _only_the_post(heard: Heard) -> None:
    """Leave out what the page that follows the redirect asks."""
    saved = next(at for at, each in enumerate(heard.statements) if "UPDATE instance" in each)
    first_after = [
        at
        for at, each in enumerate(heard.statements)
        if at > saved and each.lstrip().upper().startswith(_READS)
    ]
    if first_after:
        del heard.statements[first_after[0] :]
