"""`make chaos`: kill a city's processes at random and audit its books.

make chaos                                  500 cases, 24 kills
make chaos CHAOS="--full"                   10,000 cases, a kill each five seconds
make chaos CHAOS="--seed 7 --db sqlite"     the same harm again, on one machine's file
make chaos CHAOS="--break no_fence"         without a safeguard: it has to fail
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import facts
from tests.reliability.chaos.city import Plan
from tests.reliability.chaos.havoc import USUAL
from tests.reliability.chaos.meddling import SAFEGUARDS
from tests.reliability.chaos.proof import prove
from tests.reliability.chaos.run import BANK, Order, Report, run

RESULTS = Path(__file__).parents[1] / "results" / "chaos.jsonl"


def main(arguments: Sequence[str]) -> int:
    """Run as told; the exit status says whether the books are right."""
    options = _parser().parse_args(arguments)
    order = _order(options)
    plan = order.plan
    if options.prove:
        reports = [_told(each, options) for each in prove(plan.seed, plan.backend, _print)]
        return 0 if all(each.problems for each in reports) else 1
    _print(f"seed {plan.seed}, {plan.backend}, {order.cases} cases, {order.kills} kills")
    return 1 if _told(run(order, _print), options).problems else 0


def _told(report: Report, options: argparse.Namespace) -> Report:
    line = {"measured_at": _now(), **_machine(), **report.line()}
    _print(json.dumps(line, ensure_ascii=False))
    if options.keep:
        _keep(line)
    _say(report)
    return report


def _print(line: str) -> None:
    print(line, flush=True)


def _order(options: argparse.Namespace) -> Order:
    cases, kills, every = (10_000, 240, 5.0) if options.full else (500, 24, 2.0)
    cases = options.cases or cases
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    plan = Plan(options.db, options.workers, seed, options.bank, options.without)
    weights = {each: USUAL[each] for each in options.only or USUAL}
    return Order(
        plan,
        cases=cases,
        per_second=options.rate,
        every=options.every or every,
        kills=options.kills if options.kills is not None else kills,
        pauses=options.pauses,
        weights=weights,
        patience=options.patience,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make chaos")
    add = parser.add_argument
    add("--full", action="store_true", help="10,000 cases, a kill each five seconds")
    add("--seed", type=int, help="of all chance; printed when none is given")
    add("--db", choices=("postgresql", "sqlite"), default="postgresql")
    add("--cases", type=int)
    add("--kills", type=int)
    add("--pauses", type=int, default=2, help="of workers, beyond their lease")
    add("--bank", default=BANK, help="how the bank behaves, JSON: fault and weight")
    add("--every", type=float, help="seconds between two harms")
    add("--rate", type=float, default=8.0, help="cases started a second")
    add("--workers", type=int, default=3)
    add("--patience", type=float, default=120.0, help="seconds the last cases may take")
    add("--only", action="append", choices=[*USUAL], help="a kind of harm")
    add("--break", dest="without", choices=[*SAFEGUARDS], help="take a safeguard away")
    add("--prove", action="store_true", help="a small run without each safeguard: all must fail")
    add("--keep", action="store_true", help="add the figures to tests/reliability/results")
    return parser


def _say(report: Report) -> None:
    for each in report.problems:
        _print(f"WRONG  {each}")
    done = report.figures
    verdict = "wrong" if report.problems else "right"
    _print(
        f"the books are {verdict}: {done.ended} of {done.cases} cases ended, "
        f"{done.payments} of {done.expected} payments, {done.doubled} doubled, "
        f"{done.calls} calls, {report.kills} kills, {report.fenced} fenced, "
        f"{report.took:.0f} s, seed {report.order.plan.seed}"
    )


def _machine() -> dict[str, Any]:
    known = facts()
    return {key: known[key] for key in ("commit", "cores", "python", "load_before")}


def _keep(line: Mapping[str, Any]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as kept:
        kept.write(json.dumps(line, ensure_ascii=False) + "\n")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main(sys.argv[1:]))
