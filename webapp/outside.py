"""``divan connection``, ``secret`` and ``effect``: what an operator does about systems outside."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import Any

import simplejson

from engine.commands import connections, effects
from engine.connectors import SITE
from engine.jobs import utc_now
from engine.storage.connections import all_connections, all_secrets
from engine.storage.effects import open_effects
from engine.storage.vault import Vault
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    connection = _group(add, "connection", "systems outside that cases may speak to")
    put = _one(connection, "add", _put, "set one up, or change it")
    put.add_argument("name")
    put.add_argument("kind", choices=("http", "webhook"))
    put.add_argument("--url", required=True)
    put.add_argument("--method", action="append", dest="methods", help="GET and POST if none")
    put.add_argument("--header", action="append", default=[], metavar="NAME: TEXT {secret}")
    put.add_argument(
        "--network", action="append", dest="networks", help="an inner one it may be in"
    )
    put.add_argument("--guarantee", choices=("idempotent", "queryable", "neither"))
    put.add_argument("--ask", help="path that tells what came of a {key}, of a queryable service")
    put.add_argument("--secret", help="name of the key that signs, of a webhook")
    _one(connection, "list", _connections, "list them: name, kind, address")
    _one(connection, "remove", _remove, "take one away").add_argument("name")

    secret = _group(add, "secret", "passwords and tokens of connections")
    _one(secret, "set", _set_secret, "keep one; reads it from stdin").add_argument("name")
    _one(secret, "list", _secrets, "list their names and when they changed")
    _one(secret, "remove", _remove_secret, "take one away").add_argument("name")
    _one(secret, "reseal", _reseal, "seal all with the newest key of DIVAN_SECRET_KEY")

    effect = _group(add, "effect", "what cases did outside")
    _one(effect, "list", _effects, "list those of unknown end: key, state, connection, since")
    confirm = _one(effect, "confirm", _confirm, "it was done: its step goes on")
    confirm.add_argument("key")
    confirm.add_argument("--response", default="{}", help="how it was answered, as JSON")
    _one(effect, "repeat", _repeat, "it was not done: do it again").add_argument("key")


def _group(add: Callable[[str, Run, str], argparse.ArgumentParser], name: str, text: str) -> Any:
    return add(name, _nothing, text).add_subparsers(required=True, metavar="WHAT")


def _one(group: Any, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = group.add_parser(name, help=text)
    made.set_defaults(command=run)
    return made


def _nothing(_: Site, __: argparse.Namespace) -> int:
    return 1


def _put(site: Site, options: argparse.Namespace) -> int:
    given = vars(options)
    keys = ("url", "methods", "networks", "guarantee", "ask", "secret")
    settings = {key: given[key] for key in keys if given[key] is not None}
    if options.header:
        pairs = (each.partition(":") for each in options.header)
        settings["headers"] = {name.strip(): text.strip() for name, _, text in pairs}
    needed = connections.put(
        site.database.unit_of_work(), options.name, options.kind, settings, at=utc_now()
    )
    with site.database.reader() as session:
        known = {each.name for each in all_secrets(session)}
    for name in sorted(needed - known):
        print(f"it needs the secret {name!r}: divan secret set {name}")
    return 0


def _connections(site: Site, _: argparse.Namespace) -> int:
    with site.database.reader() as session:
        for each in all_connections(session):
            print(each.name, each.kind, each.settings.get("url", ""), sep="\t")
    return 0


def _remove(site: Site, options: argparse.Namespace) -> int:
    connections.remove(site.database.unit_of_work(), options.name)
    return 0


def _set_secret(site: Site, options: argparse.Namespace) -> int:
    at_terminal = sys.stdin.isatty()
    text = getpass.getpass(f"{options.name}: ") if at_terminal else sys.stdin.read().rstrip("\r\n")
    uow = site.database.unit_of_work()
    connections.set_secret(uow, options.name, text, _vault(), at=utc_now())
    return 0


def _secrets(site: Site, _: argparse.Namespace) -> int:
    with site.database.reader() as session:
        for each in all_secrets(session):
            print(each.name, each.changed_at.isoformat(timespec="seconds"), sep="\t")
    return 0


def _remove_secret(site: Site, options: argparse.Namespace) -> int:
    connections.remove_secret(site.database.unit_of_work(), options.name, at=utc_now())
    return 0


def _reseal(site: Site, _: argparse.Namespace) -> int:
    print(connections.reseal_secrets(site.database.unit_of_work(), _vault(), at=utc_now()))
    return 0


def _effects(site: Site, _: argparse.Namespace) -> int:
    with site.database.reader() as session:
        for each in open_effects(session):
            at = each.at.isoformat(timespec="seconds")
            print(each.idem_key, each.state, each.connector, at, each.instance_id, sep="\t")
    return 0


def _confirm(site: Site, options: argparse.Namespace) -> int:
    response = simplejson.loads(options.response, use_decimal=True)
    if not isinstance(response, dict):
        raise ValueError("--response is a JSON object")  # noqa: TRY004 - told to the operator
    uow = site.database.unit_of_work()
    effects.settle(uow, options.key, done=True, response=response, by="console", at=utc_now())
    return 0


def _repeat(site: Site, options: argparse.Namespace) -> int:
    uow = site.database.unit_of_work()
    effects.settle(uow, options.key, done=False, by="console", at=utc_now())
    return 0


def _vault() -> Vault:
    assert SITE.vault is not None, "the site is open"
    return SITE.vault
