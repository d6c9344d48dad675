"""B14: the first fifty of a filtered and sorted list, and a search, among many open tasks."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

from sqlalchemy import text

from benchmarks.bench import Bench, say
from benchmarks.figures import Figure, beside, times
from benchmarks.population import see_all_units, settle
from benchmarks.processor import Meter
from benchmarks.product import VALUES, Product, served
from benchmarks.turns import Side, same, turn_about, warm
from engine.model.base import Base

_SEEN: Final = 5  #: units whose work the measured person sees
#: of an order whose unit is among those seen, however many places the tasks are spread over
NUMBER: Final = 502
#: what is asked; in each there are more than fifty, but of the business value: that finds one
_ASKED: Final = {
    "amounts from and to, by deadline": {"amount-from": "200000", "amount-to": "260000"},
    "half of all amounts, by amount": {"amount-from": "500000", "sort": "amount"},
    "by amount, the last first": {"sort": "amount", "down": "true"},
    "urgent, by when it came": {"urgent": "true", "sort": "created"},
    "words in all titles, by amount": {"q": "سفارش", "sort": "amount"},
    "a business value": {"q": f"{NUMBER:07}"},
}


def measure(bench: Bench) -> list[Figure]:
    """Measure both databases: each list with few open tasks and with many, turn about."""
    found = []
    few, many = 1_000, bench.size.open_tasks[1]
    for backend, number in (("postgresql", many), ("sqlite", min(many, 100_000))):
        say(f"B14: {number:,} open tasks beside {few:,}, {backend}")
        found += _measured(bench, backend, few, number)
    return found


def _measured(bench: Bench, backend: str, few: int, many: int) -> list[Figure]:
    small, large = (_prepared(bench, backend, each) for each in (few, many))
    figures = []
    with served(small) as first, served(large) as second:
        for named, asked in _ASKED.items():
            path = f"/inbox?{urlencode({**asked, 'size': 50}, quote_via=quote)}"
            sides = {
                "few": Side(first.port, Meter([first.pid]), same(first.page(path))),
                "many": Side(second.port, Meter([second.pid]), same(second.page(path))),
            }
            warm(sides, 8)
            count = max(20, bench.size.completions // 4)
            rounds = turn_about(sides, 1, count, bench.size.rounds)
            figures.append(
                beside(
                    "B14",
                    f"{'PostgreSQL' if backend == 'postgresql' else 'SQLite'}, {many:,} open"
                    f" tasks, {named}: p50",
                    "ms",
                    [each.p50 for each in rounds["many"]],
                    [each.p50 for each in rounds["few"]],
                    floor_is=f"{few:,}",
                    must=times(2.0),
                )
            )
    for each in (small, large):
        each.close()
    return figures


def is_seen(number: int, tasks: int) -> bool:
    """Tell whether the measured person sees an order by its number among so many."""
    return number <= tasks and number % _places(tasks) < _SEEN


def _places(tasks: int) -> int:
    return max(_SEEN, tasks * _SEEN // 10_000)


def _prepared(bench: Bench, backend: str, number: int) -> Product:
    """Make so many open tasks, of which somebody sees ten thousand at most, spread alike."""
    product = Product.prepare(bench.home(), bench.database(backend))
    fill(product, backend, number)
    return product


def fill(product: Product, backend: str, number: int) -> None:
    """Make so many open tasks in a product's database, and let it learn what lies there."""
    see_all_units(product)
    instance_id, _ = product.start("order", VALUES)
    for statement in _copies(product, number, _places(number)):
        with product.site.database.engine.begin() as connection:
            if backend == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(statement), {"case": _id(backend, instance_id)})
    settle(product)


def _id(backend: str, case: object) -> object:
    return case if backend == "postgresql" else str(case).replace("-", "")


def _copies(product: Product, number: int, places: int) -> list[str]:
    """Return what copies an order and its task, its own amount, number and deadline in each."""
    said = _SQLITE if product.site.database.is_sqlite else _POSTGRESQL
    amount = "(100000 + n * 7919 % 900000)"  # six digits: all are as long, and sorted as texts
    unit = f"'G' || {said['padded'].format(f'(n % {places})', 2)}"
    key = said["padded"].format("n", 7)
    case, task = (said["id"].format(each) for each in ("7000", "7001"))
    of_case = {"id": case, "unit": unit, "business_key": f"'O-' || {key}"}
    of_task = {
        "id": task,
        "instance_id": case,
        "desk": f"'SUPERVISOR@' || {unit}",
        "due_at": said["later"],
        "priority": "CASE WHEN n % 50 < 2 THEN 80 ELSE 50 END",
        "amount": f"'106' || {amount}",
        "sought": f"s.sought || ' o-' || {key} || ' ' || {amount}",
    }
    numbers = said["numbers"].format(number)
    return [
        _copy("instance", "id", of_case, numbers),
        _copy("human_task", "instance_id", of_task, numbers),
    ]


_SQLITE: Final = {
    "padded": "printf('%0{1}d', {0})",
    "id": "'000000000000{}8000' || printf('%012x', n)",
    "later": "strftime('%Y-%m-%d %H:%M:%S.000000', s.created_at,"
    " '+' || (n * 7919 % 1000000) || ' seconds')",
    "numbers": "WITH RECURSIVE t(n) AS"
    " (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {}) SELECT",
}
_POSTGRESQL: Final = {
    "padded": "lpad({0}::text, greatest({1}, length({0}::text)), '0')",
    "id": "('00000000-0000-{}-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
    "later": "s.created_at + (n * 7919 % 1000000) * interval '1 second'",
    "numbers": "WITH t AS (SELECT n FROM generate_series(CAST(1 AS bigint), {}) n) SELECT",
}


def _copy(table: str, own: str, changed: dict[str, str], numbers: str) -> str:
    names = [each.name for each in Base.metadata.tables[table].columns]
    values = ", ".join(changed.get(name, f"s.{name}") for name in names)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) {numbers}"
        f" {values} FROM t, {table} s WHERE s.{own} = :case"
    )
