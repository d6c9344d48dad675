"""The ``divan`` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands import deployments, factors, people
from engine.errors import EngineError, RulesBroken
from engine.jobs import utc_now
from engine.queries.invariants import broken
from engine.sdk import ConsoleRequest
from engine.settings import Settings, SettingsRefused
from engine.storage import backup
from engine.storage.migrate import migrate, write_migration
from engine.storage.reach import is_of_database, is_outage
from engine.storage.roles import APPEND_ONLY, grant_to_application
from engine.storage.schema import schema_of
from forms import deploying
from webapp import (
    comparing,
    demo,
    findings,
    linting,
    models,
    moves,
    outside,
    proving,
    rehearsal,
    retaining,
    telling,
    testing,
    tokens,
    verifying,
)
from webapp.accounts.passwords import hash_password
from webapp.apart import apart
from webapp.demo_certificates import give_certificates, identify_signers
from webapp.doctor import examine
from webapp.incidents import listed, tried_again
from webapp.serving import serve
from webapp.watching import logs
from webapp.wiring import Site
from webapp.working import work

Command = Callable[[Site, argparse.Namespace], int]


def main(
    arguments: Sequence[str] | None = None, *, loaded: Callable[[], None] = lambda: None
) -> int:
    """Run one command; the exit status tells whether it did what was asked.

    Args:
        loaded: told when all there is to load has been, the business areas too.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        site = Site.open(Settings.from_environment(os.environ))
        loaded()
        options = _parser().parse_args(given)
        command: Command = options.command
        return command(site, options)
    except SettingsRefused as refused:
        print(*refused.problems, sep="\n", file=sys.stderr)
    except bpmn.ModelRefused as refused:
        print(*findings.lines(refused.findings), sep="\n", file=sys.stderr)
    except RulesBroken as broken:
        for problem in broken.problems:
            print(problem.code, problem.field or "", dict(problem.params), file=sys.stderr)
    except (EngineError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
    except Exception as error:
        if is_outage(error):
            print(f"the database does not answer: {error}".partition("\n")[0], file=sys.stderr)
        elif is_of_database(error) and (lack := _lack()):
            print(lack, file=sys.stderr)
        else:
            raise
    return 1


def _lack() -> str | None:
    """Return what the site's database has to see first, if that is what was wrong."""
    site = Site.open(Settings.from_environment(os.environ))
    return schema_of(site.database, site.areas).lack


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="divan", description="Municipal finance as processes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text)
        added.set_defaults(command=command)
        return added

    add("serve", _serve, "serve the pages and run the jobs")
    add("worker", _worker, "run the jobs only")
    add("migrate", _migrate, "bring the database up to date")
    roles = add("roles", _roles, "give a role of PostgreSQL what the application needs, no more")
    roles.add_argument("role")
    add(
        "backup", _backup, "back up database and documents into a new folder, or a new .tar"
    ).add_argument("target", type=Path)
    restore = add("restore", _restore, "put a backup in place, then check what must hold")
    restore.add_argument("source", type=Path)
    restore.add_argument("--force", action="store_true", help="replace what the database holds")
    made = add("demo", _demo, "make the demo accounts and data")
    made.add_argument(
        "--cases", type=int, default=0, metavar="N", help="and so many copies of its cases"
    )
    add("deploy", _deploy, "deploy a process folder").add_argument("folder", type=Path)
    linting.add_commands(add)
    testing.add_commands(add)
    user = add("user", _user, "add a person: user name, names, ROLE@UNIT …; asks for the password")
    user.add_argument("username")
    user.add_argument("--name-fa", required=True)
    user.add_argument("--name-en", required=True)
    user.add_argument("--role", action="append", default=[], metavar="ROLE@UNIT")
    user.add_argument(
        "--first", action="store_true", help="the password is changed at the first sign-in"
    )
    user.add_argument(
        "--machine", action="store_true", help="a program: HTTP Basic only, no second factor"
    )
    unlock = add("unlock", _unlock, "take a person's second factors away, sign every browser out")
    unlock.add_argument("username")
    doctor = add("doctor", _doctor, "look at each part of this deployment")
    doctor.add_argument(
        "--documents", action="store_true", help="read every document and compare its hash"
    )
    migration = add("migration", _migration, "write a migration for tables that changed")
    migration.add_argument("--branch", default="engine", help="engine, or the name of an area")
    migration.add_argument("message")
    add("incidents", _incidents, "list what went wrong, by cause: job, when and case below each")
    again = add("retry", _retry, "try again what gave up: a job, a case, all of one cause, or all")
    again.add_argument("which", metavar="JOB|CASE|CAUSE|all")
    outside.add_commands(add)
    verifying.add_commands(add)
    telling.add_commands(add)
    moves.add_commands(add)
    proving.add_commands(add)
    retaining.add_commands(add)
    models.add_commands(add)
    comparing.add_commands(add)
    tokens.add_commands(add)
    for name, run in REGISTRY.console.items():
        text = (run.__doc__ or name).splitlines()[0]
        add(name, _console, text.partition(": ")[2]).add_argument("rest", nargs=argparse.REMAINDER)
        commands.choices[name].set_defaults(name=name)
    return parser


def _serve(site: Site, _: argparse.Namespace) -> int:
    migrates = site.settings.database.migrates
    site.reach(_tell, tables=not migrates)
    site.prepare(utc_now(), migrates=migrates)
    if site.settings.demo:
        demo.load_demo(site.database, site.settings, utc_now())
        identify_signers(site.database)
        if site.settings.demo_cases:
            give_certificates(site.database, site.vault, site.settings, rehearsal.begun(utc_now()))
            stories = partial(rehearsal.tell_stories, site, utc_now(), _dot, _story_stopped)
            apart(site.database, stories)
    elif site.settings.problems_of_demo() and demo.is_open_to_all(site.database, site.settings):
        _refuse_demo(site.settings)
    logs.configure(site.settings.log)
    serve(site)
    return 0


def _dot(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)


def _story_stopped(failed: Exception) -> None:
    _tell(f"\nA story of the demonstration stops early: {type(failed).__name__}: {failed}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _worker(site: Site, _: argparse.Namespace) -> int:
    site.reach(_tell, tables=True)
    logs.configure(site.settings.log)
    return work(site)


def _migrate(site: Site, _: argparse.Namespace) -> int:
    site.reach(_tell)
    site.prepare(utc_now())
    return 0


def _roles(site: Site, options: argparse.Namespace) -> int:
    granted = grant_to_application(site.database, options.role)
    print(
        f"{options.role} may work with {granted} tables, and only add to {', '.join(APPEND_ONLY)}"
    )
    return 0


def _doctor(site: Site, options: argparse.Namespace) -> int:
    is_well = True
    for name, told in examine(site, documents=options.documents):
        print(f"{told.state:<6}{name:<11}{told.text}", flush=True)
        is_well = is_well and told.state != "wrong"
    return 0 if is_well else 1


def _backup(site: Site, options: argparse.Namespace) -> int:
    place = _place(site)
    manifest = backup.make(place, options.target, utc_now())
    print(f"{options.target}: {len(manifest.files)} files, database at {' '.join(place.schema)}")
    return 0


def _restore(site: Site, options: argparse.Namespace) -> int:
    known = schema_of(site.database, site.areas).known
    place = replace(_place(site), schema=known)
    manifest = backup.restore(place, options.source, force=options.force)
    with site.database.reader() as session:
        found = broken(session)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"restored as of {manifest.made_at}; now run `divan migrate`, then `divan doctor`")
    return 1 if found else 0


def _place(site: Site) -> backup.Place:
    schema = schema_of(site.database, site.areas).current
    settings = site.settings
    return backup.Place(site.database, settings.home, schema, settings.web.postgresql_tools)


def _migration(site: Site, options: argparse.Namespace) -> int:
    migrate(site.database, site.areas)
    print(write_migration(site.database, site.areas, options.branch, options.message))
    return 0


def _refuse_demo(settings: Settings) -> None:
    if problems := settings.problems_of_demo():
        raise SettingsRefused(problems)


def _demo(site: Site, options: argparse.Namespace) -> int:
    _refuse_demo(site.settings)
    site.prepare(utc_now())
    demo.load_demo(site.database, site.settings, utc_now())
    give_certificates(site.database, site.vault, site.settings, rehearsal.begun(utc_now()))
    if options.cases:
        rehearsal.tell_stories(site, utc_now(), _dot, _story_stopped)
        demo.multiply(site.database, options.cases, utc_now())
    return 0


def _deploy(site: Site, options: argparse.Namespace) -> int:
    bundle = Bundle.read(options.folder)
    uow = site.database.unit_of_work()
    new = deployments.deploy(uow, bundle, at=utc_now(), by="console", forms=deploying.findings)
    for definition in new:
        print(f"{definition.process_id} version {definition.version}")
    if not new:
        print("deployed already, nothing changed")
    with site.database.reader() as session:
        for warning in deployments.warnings(session, bundle):
            print(f"warning: {warning}", file=sys.stderr)
    return 0


def _user(site: Site, options: argparse.Namespace) -> int:
    password = os.environ.get("DIVAN_NEW_PASSWORD") or _ask_password()
    uow = site.database.unit_of_work()
    person_id = people.register(
        uow,
        options.username.strip().lower(),  # as the sign-in page reads it
        name_fa=options.name_fa,
        name_en=options.name_en,
        password_hash=hash_password(password),
        password_given=options.first,
        is_machine=options.machine,
    )
    for role, _, place in (each.partition("@") for each in options.role):
        if place.startswith("party:"):
            people.represent(uow, person_id, role, place.removeprefix("party:"))
        else:
            people.grant(uow, person_id, role, place)
    return 0


def _unlock(site: Site, options: argparse.Namespace) -> int:
    uow, name = site.database.unit_of_work(), options.username.strip().lower()
    factors.forget_all(uow, name, by="console", at=utc_now())
    return 0


def _ask_password() -> str:
    import getpass  # noqa: PLC0415 - only where a person sits at a terminal

    return getpass.getpass("password: ")


def _incidents(site: Site, _: argparse.Namespace) -> int:
    for line in listed(site):
        print(line)
    return 0


def _retry(site: Site, options: argparse.Namespace) -> int:
    print(f"tried again: {tried_again(site, options.which, utc_now())}")
    return 0


def _console(site: Site, options: argparse.Namespace) -> int:
    request = ConsoleRequest(
        site.database.unit_of_work(), tuple(options.rest), utc_now(), site.settings.demo
    )
    print(REGISTRY.console[options.name](request))
    return 0
