"""B11: the thousandth turn of a loop beside the first; a thousand items stay linear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, times
from benchmarks.product import ANSWER, Heard, Product
from benchmarks.scenarios.big_model import timed
from benchmarks.turns import timed_about

_MORE = {"enough": False, "note": "once more"}
_VALUES: Mapping[str, Callable[[int], Mapping[str, Any]]] = {
    "times": lambda items: {"number": items},
    "items": lambda items: {"items": list(range(items))},
}
EACH_ROUND = 30


@dataclass(slots=True)
class Case:
    """One case that is taken on, step by step."""

    product: Product
    id: UUID
    task: UUID
    answer: Mapping[str, Any]

    @classmethod
    def begin(
        cls,
        product: Product,
        process_id: str,
        values: Mapping[str, Any],
        answer: Mapping[str, Any] = ANSWER,
    ) -> Case:
        """Start it."""
        instance_id, [task] = product.start(process_id, values)
        return cls(product, instance_id, task, answer)

    def step(self) -> float:
        """Answer its task; return the milliseconds of processor time."""
        self.product.claim(self.task)
        cpu, _, [self.task] = timed(lambda: self.product.complete(self.task, self.answer))
        return cpu

    def steps(self) -> float:
        """Answer several tasks; return the median."""
        return median(self.step() for _ in range(EACH_ROUND))

    def stored_bytes(self) -> int:
        """Return the size of its state."""
        with self.product.site.database.unit_of_work() as uow:
            return len(uow.cases.one(self.id).snapshot)

    def statements(self) -> int:
        """Return how many statements a step sends."""
        self.product.claim(self.task)
        with Heard(self.product) as heard:
            [self.task] = self.product.complete(self.task, self.answer)
        return len(heard.statements)


def measure(bench: Bench) -> list[Figure]:
    """Measure on SQLite, where the processor time is all in one process."""
    product = Product.prepare(
        bench.home(),
        bench.database("sqlite"),
        diagrams.loop("turns"),
        diagrams.each_item("items"),
        diagrams.each_item("times", counted=True),
    )
    found = [*of_turns(product, bench.size.turns, bench.size.rounds)]
    for process_id in ("times", "items"):
        found += of_items(product, process_id, bench.size.turns, bench.size.rounds)
    product.close()
    return found


def of_turns(product: Product, turns: int, rounds: int) -> list[Figure]:
    """Compare a case after so many turns with one that has just begun."""
    old, young = (Case.begin(product, "turns", {}, _MORE) for _ in range(2))
    young.step()
    bytes_young, statements_young = young.stored_bytes(), young.statements()
    for _ in range(turns):
        old.step()
    bytes_old, statements_old = old.stored_bytes(), old.statements()
    found = timed_about(rounds, {"old": old.steps, "young": young.steps})
    named = f"turn {turns:,} of a loop, beside its first"
    return [
        beside(
            "B11",
            f"{named}: processor time",
            "ms",
            found["old"],
            found["young"],
            must=times(1.3),
            aim=times(1.0),
        ),
        beside("B11", f"{named}: state", "bytes", [bytes_old], [bytes_young], must=times(1.3)),
        beside(
            "B11",
            f"{named}: SQL",
            "statements",
            [statements_old],
            [statements_young],
            must=times(1.0),
        ),
    ]


def of_items(product: Product, process_id: str, items: int, rounds: int) -> list[Figure]:
    """Compare an item of a thousand with an item of a tenth as many: linear is alike.

    Args:
        process_id: ``times`` knows only how many there are; ``items`` carries a list with it.
    """
    many, few = (_half_way(product, process_id, number) for number in (items, items // 10))
    bytes_many, bytes_few = many.stored_bytes(), few.stored_bytes()
    each = items // 10 // 2 // rounds - 1
    found = timed_about(
        rounds,
        {
            "many": lambda: median(many.step() for _ in range(each)),
            "few": lambda: median(few.step() for _ in range(each)),
        },
    )
    of_what = "one of a list" if process_id == "items" else "one"
    named = f"an item of {items:,}, beside {of_what} of {items // 10:,}"
    return [
        beside(
            "B11",
            f"{named}: processor time",
            "ms",
            found["many"],
            found["few"],
            must=times(1.3),
            aim=times(1.0),
        ),
        beside("B11", f"{named}: state", "bytes", [bytes_many], [bytes_few], must=times(1.3)),
    ]


def _half_way(product: Product, process_id: str, items: int) -> Case:
    case = Case.begin(product, process_id, _VALUES[process_id](items))
    for _ in range(items // 2):
        case.step()
    return case
