"""``divan token``: tokens of programs, for who runs the site."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from engine.commands import api_tokens
from engine.errors import NotFound
from engine.jobs import utc_now
from engine.model.api_token import SCOPES
from engine.storage.api_tokens import of_person
from engine.storage.people import id_of
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]
CONSOLE = "console"


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    parser = add("token", _make, "bearer tokens of programs")
    group = parser.add_subparsers(required=True, metavar="WHAT")

    def one(name: str, run: Run, text: str) -> argparse.ArgumentParser:
        added = group.add_parser(name, help=text)
        added.set_defaults(command=run)
        return added

    make = one("make", _make, "make one and print it, this once")
    make.add_argument("username")
    make.add_argument("--name", required=True, help="what it is for")
    make.add_argument("--scope", action="append", required=True, choices=sorted(SCOPES))
    make.add_argument("--days", type=int, default=90, help="after which it opens nothing")
    one("list", _list, "list a person's: id, end, scopes, name").add_argument("username")
    one("revoke", _revoke, "let one open nothing from now on").add_argument("id", type=UUID)


def _make(site: Site, options: argparse.Namespace) -> int:
    made = api_tokens.make(
        site.database.unit_of_work(),
        options.username,
        options.name,
        options.scope,
        timedelta(days=options.days),
        by=CONSOLE,
        at=utc_now(),
    )
    print(made.token)
    return 0


def _list(site: Site, options: argparse.Namespace) -> int:
    with site.database.reader() as session:
        person_id = id_of(session, options.username)
        if person_id is None:
            raise NotFound(f"nobody is called {options.username}")
        for each in of_person(session, person_id):
            until = each.expires_at.isoformat(timespec="minutes")
            print(each.id, until, each.scopes.replace(" ", ","), each.name, sep="\t")
    return 0


def _revoke(site: Site, options: argparse.Namespace) -> int:
    api_tokens.revoke(
        site.database.unit_of_work(), options.id, by=CONSOLE, person_id=None, at=utc_now()
    )
    return 0
