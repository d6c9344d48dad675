"""One run: a city at work, harm done to it, and its books audited afterwards."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from engine.model.instance import instance_table
from tests.reliability.chaos import audit
from tests.reliability.chaos.city import City, Plan, open_city
from tests.reliability.chaos.havoc import USUAL, Havoc
from tests.reliability.chaos.people import Ledger, People

#: how the bank behaves; *after* says that the payment was made all the same
BANK = '{"none": 88, "timeout after": 2, "error after": 4, "reset after": 3, "reset": 3}'


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run."""

    plan: Plan
    cases: int = 500
    per_second: float = 8.0  #: cases started
    every: float = 2.0  #: seconds between two harms, on average
    kills: int = 24
    pauses: int = 2
    weights: Mapping[str, float] = field(default_factory=lambda: dict(USUAL))
    patience: float = 120.0  #: seconds all may take after the last case and the last kill


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it."""

    order: Order
    took: float
    harm: Mapping[str, int]
    kills: int
    fenced: int  #: results of workers taken for dead, refused
    figures: audit.Figures
    problems: tuple[str, ...]

    def line(self) -> dict[str, Any]:
        """Return the figures as they are kept."""
        plan = self.order.plan
        return {
            "seed": plan.seed,
            "database": plan.backend,
            "workers": plan.workers,
            "without": plan.without,
            "took_s": round(self.took, 1),
            "kills": self.kills,
            "harm": dict(self.harm),
            "fenced": self.fenced,
            **asdict(self.figures),
            "problems": list(self.problems),
        }


def run(order: Order, tell: Callable[[str], None] = print) -> Report:
    """Do it."""
    with tempfile.TemporaryDirectory(prefix="divan-chaos-") as made:
        folder = Path(made)
        ledger = Ledger(folder / "people.ledger")
        with open_city(folder, order.plan) as city:
            began = time.monotonic()
            havoc = Havoc(
                city,
                every=order.every,
                kills=order.kills,
                pauses=order.pauses,
                weights=order.weights,
            )
            _let_work(city, ledger, havoc, order, tell)
            took = time.monotonic() - began
            return _report(city, ledger, havoc, order, took)


def _let_work(
    city: City, ledger: Ledger, havoc: Havoc, order: Order, tell: Callable[[str], None]
) -> None:
    people = People(city, ledger, order.cases, order.per_second)
    people.begin()
    havoc.begin()
    began = time.monotonic()
    last, told = began + order.patience, began
    while time.monotonic() < last:
        time.sleep(0.25)
        if not (people.has_started_all.is_set() and havoc.is_over):
            last = time.monotonic() + order.patience
        elif _all_is_done(city, ledger):
            break
        if time.monotonic() - told > 10:
            told = time.monotonic()
            tell(f"  {told - began:4.0f} s  {_so_far(ledger)}  kills {havoc.kills}")
    havoc.end()
    people.go_home()


def _so_far(ledger: Ledger) -> str:
    kinds = ("start", "complete", "message")
    return "  ".join(f"{each} {len(ledger.confirmed.get(each, ()))}" for each in kinds)


def _all_is_done(city: City, ledger: Ledger) -> bool:
    running = instance_table.c.state == "running"
    try:
        with city.database.reader() as session:
            left = session.scalar(select(func.count()).select_from(instance_table).where(running))
    except SQLAlchemyError:
        return False
    return left == 0 and not ledger.asked["start"].keys() - ledger.confirmed["message"].keys()


def _report(city: City, ledger: Ledger, havoc: Havoc, order: Order, took: float) -> Report:
    ledger.close()
    book = city.bank.book()
    with city.database.reader() as session:
        figures = audit.figures(session, book)
        problems = tuple(audit.problems(session, ledger, book))
    return Report(order, took, dict(havoc.done), havoc.kills, _fenced(city), figures, problems)


def _fenced(city: City) -> int:
    """Count the results of workers that had lost their lease."""
    lines = (line for each in city.workers for line in each.told().splitlines())
    return sum("job.lease_lost" in line and '"why"' in line for line in lines)
