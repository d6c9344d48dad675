"""B7: what a case weighs in the database, indexes included: open, and finished with its history."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from benchmarks.bench import Bench, plain
from benchmarks.figures import Figure, most
from benchmarks.product import VALUES, Product

_WEIGHT = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'
"""


def measure(bench: Bench) -> list[Figure]:
    """Weigh cases of ``order`` on PostgreSQL, packed and as the work leaves them."""
    product = Product.prepare(bench.home(), bench.database("postgresql"))
    count = bench.size.weighed
    empty = {how: _weigh(product.url, how) for how in ("VACUUM", "VACUUM FULL")}
    waiting = [product.start("order", VALUES)[1][0] for _ in range(count)]
    opened = _each(product.url, empty, count)
    for task in waiting:
        product.walk_to_end(task)
    finished = _each(product.url, empty, count)
    product.close()
    return [
        Figure(
            "B7",
            "open at its first task",
            "bytes",
            opened("VACUUM"),
            must=most(2_000),
            aim=most(1_000),
        ),
        Figure("B7", "open, tables packed", "bytes", opened("VACUUM FULL")),
        Figure(
            "B7",
            "finished with its whole history",
            "bytes",
            finished("VACUUM"),
            must=most(5_000),
            aim=most(3_000),
        ),
        Figure("B7", "finished, tables packed", "bytes", finished("VACUUM FULL")),
    ]


def _each(url: str, empty: dict[str, float], count: int) -> Callable[[str], float]:
    weights = {how: (_weigh(url, how) - empty[how]) / count for how in empty}
    return weights.__getitem__


def _weigh(url: str, how: str) -> float:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(f"{how} ANALYZE")
        [weight] = connection.execute(_WEIGHT).fetchone() or [0]
        return float(weight)
