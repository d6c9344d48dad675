"""``divan retention``: how long cases are kept, what is due, and legal holds.

Deletions are asked for and confirmed by two people in the browser: who has the terminal is one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from uuid import UUID

from engine.commands import keeping
from engine.commands.admins import CONSOLE
from engine.errors import Conflict, Forbidden, NotFound
from engine.jobs import utc_now
from engine.queries import keeping as queries
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    group = add("retention", _due, "how long cases are kept, what is due, and legal holds")
    what = group.add_subparsers(required=True, metavar="WHAT")

    due = what.add_parser("due", help="for each process its rule, and what need not be kept")
    due.set_defaults(command=_due)
    holds = what.add_parser("holds", help="the legal holds that lie on cases")
    holds.set_defaults(command=_holds)
    waiting = what.add_parser("requests", help="what was asked to be erased, and what became of it")
    waiting.set_defaults(command=_requests)
    for name, run, text in (
        ("hold", _hold, "keep a case whatever the rules say"),
        ("lift", _lift, "let the rules hold again for a case"),
    ):
        act = what.add_parser(name, help=text)
        act.set_defaults(command=run)
        act.add_argument("case", help="its number or its id")
        act.add_argument("--reason", required=True, help="is kept with the hold")


def _due(site: Site, _: argparse.Namespace) -> int:
    with site.database.reader() as session:
        for each in queries.processes(session, CONSOLE, utc_now()):
            if each.rule is None:
                print(f"{each.definition.process_id}: for ever")
                continue
            rule = f"{each.rule.record_class}, {each.rule.years} years from {each.rule.since}"
            due = (
                f"{each.due.cases} cases, {each.due.events} events, {each.due.documents} documents"
            )
            print(f"{each.definition.process_id}: {rule}; due {due}, {each.due.size} bytes")
    return 0


def _holds(site: Site, _: argparse.Namespace) -> int:
    with site.database.reader() as session:
        for each in queries.holds(session):
            known = each.business_key or each.title
            print(each.hold.instance_id, known, each.hold.by, each.hold.reason, sep="\t")
    return 0


def _requests(site: Site, _: argparse.Namespace) -> int:
    with site.database.reader() as session:
        for each in queries.requests(session):
            row, batch = each.row, each.batch
            done = f"{batch.done} of {batch.total}, {batch.failed} failed" if batch else ""
            print(row.id, row.kind, row.state, row.asked_by, row.reason, done, sep="\t")
    return 0


def _hold(site: Site, options: argparse.Namespace) -> int:
    return _act(site, options, keeping.hold)


def _lift(site: Site, options: argparse.Namespace) -> int:
    return _act(site, options, keeping.lift)


def _act(site: Site, options: argparse.Namespace, act: Callable[..., None]) -> int:
    case = _case(site, options.case)
    if case is None:
        print(f"there is no one case {options.case}", file=sys.stderr)
        return 1
    uow = site.database.unit_of_work()
    try:
        act(uow, case, options.reason, actor=CONSOLE, at=utc_now())
    except (Conflict, Forbidden, NotFound) as refused:
        print(f"{refused.code}: {refused}", file=sys.stderr)
        return 1
    return 0


def _case(site: Site, said: str) -> UUID | None:
    with site.database.reader() as session:
        return queries.case_of_number(session, said)
