"""``divan case``: what an operator does with running cases, by hand and with reasons."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import simplejson

from engine import bpmn
from engine.commands import batches, instances, mending, migrations, modifications, tasks
from engine.commands.admins import CONSOLE
from engine.commands.models import model_of
from engine.errors import Conflict
from engine.jobs import utc_now
from engine.model.batch import Batch
from engine.storage.bundles import Deployed, deployed, latest, version
from engine.storage.cases import CaseStore
from engine.storage.moved import running, running_of
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    case = add("case", _nothing, "look at running cases, migrate them, move their tokens")
    group = case.add_subparsers(required=True, metavar="WHAT")

    _one(group, "show", _show, "what a case waits for: kind, element, token").add_argument(
        "case_id"
    )

    cancel = _one(group, "cancel", _cancel, "end a case; what its area holds for it is given back")
    cancel.add_argument("case_id")
    cancel.add_argument("--reason", required=True, help="goes into the case's history")

    free = _one(group, "free", _free, "put a task back on its desk whose holder is gone")
    free.add_argument("task_id")
    free.add_argument("--reason", required=True, help="goes into the case's history")

    mend = _one(group, "mend", _mend, "give a case again the tasks and jobs it waits for and lost")
    mend.add_argument("case_id")

    plan = _one(group, "plan", _plan, "propose a plan from one version of a process to another")
    plan.add_argument("process_id")
    plan.add_argument("--from", type=int, required=True, dest="old", metavar="VERSION")
    plan.add_argument("--to", type=int, dest="new", metavar="VERSION", help="the newest if none")

    migrate = _one(group, "migrate", _migrate, "take cases of one version to another, by a plan")
    migrate.add_argument("process_id")
    migrate.add_argument(
        "--case", action="append", default=[], help="all that run in the version if none"
    )
    migrate.add_argument("--from", type=int, required=True, dest="old", metavar="VERSION")
    migrate.add_argument("--to", type=int, dest="new", metavar="VERSION", help="the newest if none")
    migrate.add_argument("--plan", type=Path, help="a JSON file; the proposed plan if none")
    migrate.add_argument("--reason", default="", help="goes into the cases' history")
    migrate.add_argument(
        "--dry-run", action="store_true", help="tell what would happen, keep nothing"
    )

    undo = _one(group, "undo", _undo, "take a case back to before its migration")
    undo.add_argument("case_id")

    modify = _one(group, "modify", _modify, "move tokens or set variables, in the order given")
    modify.add_argument("case_id")
    modify.add_argument("--reason", required=True, help="goes into the case's history")
    modify.add_argument(
        "--dry-run", action="store_true", help="tell what would happen, keep nothing"
    )
    for option, make, text in _INSTRUCTIONS:
        modify.add_argument(
            option, action="append", dest="instructions", type=make, default=[], help=text
        )


def _variable(text: str) -> bpmn.Instruction:
    name, _, value = text.partition("=")
    return bpmn.SetVariables({name: simplejson.loads(value, parse_float=Decimal)})


_INSTRUCTIONS: Sequence[tuple[str, Callable[[str], bpmn.Instruction], str]] = (
    ("--before", bpmn.StartBefore, "start before this element"),
    ("--after", bpmn.StartAfter, "start after this element"),
    ("--cancel", bpmn.CancelAll, "cancel everything at this element"),
    ("--cancel-token", bpmn.CancelToken, "cancel one visit (see `divan case show`)"),
    ("--set", _variable, "NAME=JSON: give a variable another value"),
)


def _one(group: Any, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = group.add_parser(name, help=text)
    made.set_defaults(command=run)
    return made


def _nothing(_: Site, __: argparse.Namespace) -> int:
    return 1


def _show(site: Site, options: argparse.Namespace) -> int:
    with site.database.reader() as session:
        instance = CaseStore(session.connection()).one(UUID(options.case_id))
        definition = deployed(session, instance.definition_id)
    print(definition.process_id, f"version {definition.version}", instance.state.value, sep="\t")
    state = bpmn.Stored(instance.snapshot, instance.variables)
    for wait in bpmn.waiting(model_of(definition.bundle), instance.process_id, state):
        print(type(wait).__name__, wait.element_id, wait.token, sep="\t")
    return 0


def _cancel(site: Site, options: argparse.Namespace) -> int:
    instances.cancel(
        site.database.unit_of_work(),
        UUID(options.case_id),
        options.reason,
        actor=CONSOLE,
        at=utc_now(),
    )
    print(options.case_id, "cancelled", sep="\t")
    return 0


def _free(site: Site, options: argparse.Namespace) -> int:
    tasks.free(
        site.database.unit_of_work(),
        UUID(options.task_id),
        options.reason,
        actor=CONSOLE,
        at=utc_now(),
    )
    print(options.task_id, "free", sep="\t")
    return 0


def _mend(site: Site, options: argparse.Namespace) -> int:
    uow, case_id = site.database.unit_of_work(), UUID(options.case_id)
    mended = mending.mend(uow, case_id, by="console", at=utc_now())
    _tell(case_id, "waits again at", mended.made_again)
    if mended.withdrawn:
        _tell(case_id, "had rows that led nowhere", [mended.withdrawn])
    return 0


def _plan(site: Site, options: argparse.Namespace) -> int:
    old, new = _versions(site, options)
    print(simplejson.dumps(_proposed(old, new).as_plain(), ensure_ascii=False, indent=2))
    return 0


def _migrate(site: Site, options: argparse.Namespace) -> int:
    old, new = _versions(site, options)
    plan = _proposed(old, new) if options.plan is None else _read(options.plan)
    if not options.dry_run and not options.case:
        uow = site.database.unit_of_work()
        wish = migrations.wish(old, new, plan, options.reason)
        asked = running_of(old.id)
        batch_id = batches.begin(uow, wish, asked, actor=CONSOLE, at=utc_now())
        with site.database.reader() as session:
            count = session.get_one(Batch, batch_id).total
        print(f"batch {batch_id} takes {count} cases to version {new.version}")
        return 0
    with site.database.reader() as session:
        cases = [UUID(each) for each in options.case] or running(session, old.id)
    return max([_migrate_one(site, each, new, plan, options) for each in cases], default=0)


def _migrate_one(
    site: Site, case_id: UUID, new: Deployed, plan: bpmn.Plan, options: argparse.Namespace
) -> int:
    try:
        migrated = migrations.migrate(
            site.database.unit_of_work(),
            case_id,
            new.id,
            plan,
            actor=CONSOLE,
            at=utc_now(),
            reason=options.reason,
            dry_run=options.dry_run,
        )
    except bpmn.MigrationRefused as refused:
        _tell(case_id, "stays", refused.obstacles)
        return 1
    except Conflict as refused:
        _tell(case_id, "stays", [refused])
        return 1
    _tell(case_id, "would go on at" if options.dry_run else "goes on at", migrated.waiting)
    return 0


def _tell(case_id: UUID, what: str, things: Iterable[object]) -> None:
    print(case_id, what, "; ".join(str(each) for each in things), sep="\t")


def _undo(site: Site, options: argparse.Namespace) -> int:
    uow = site.database.unit_of_work()
    migrations.undo(uow, UUID(options.case_id), actor=CONSOLE, at=utc_now())
    return 0


def _modify(site: Site, options: argparse.Namespace) -> int:
    if not options.instructions:
        print("nothing to do: give --before, --after, --cancel or --set", file=sys.stderr)
        return 1
    waiting = modifications.modify(
        site.database.unit_of_work(),
        UUID(options.case_id),
        options.instructions,
        options.reason,
        actor=CONSOLE,
        at=utc_now(),
        dry_run=options.dry_run,
    )
    _tell(options.case_id, "would wait at" if options.dry_run else "waits at", waiting)
    return 0


def _versions(site: Site, options: argparse.Namespace) -> tuple[Deployed, Deployed]:
    with site.database.reader() as session:
        old = version(session, options.process_id, options.old)
        if options.new is None:
            return old, latest(session, options.process_id)
        return old, version(session, options.process_id, options.new)


def _proposed(old: Deployed, new: Deployed) -> bpmn.Plan:
    return bpmn.propose(model_of(old.bundle), model_of(new.bundle))


def _read(path: Path) -> bpmn.Plan:
    return bpmn.read_plan(simplejson.loads(path.read_text(encoding="utf-8")))
