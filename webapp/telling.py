"""``divan message``, ``signal``, ``messages``, ``holiday``: what an operator tells the cases."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import simplejson

from engine.commands import calendars, messages, signals
from engine.errors import NotFound
from engine.jobs import utc_now
from engine.model.message import MessageState
from engine.queries.messages import messages_in
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    message = add("message", _message, "publish a message to the case that waits for it")
    message.add_argument("name")
    message.add_argument("--correlation", metavar="KEY", help="the key the case waits with")
    message.add_argument("--values", type=_values, default={}, metavar="JSON")
    message.add_argument("--id", help="the same again changes nothing")
    message.add_argument("--hours", type=_hours, help="how long it is kept for a later case")
    signal = add("signal", _signal, "tell every case that listens; print the signal's id")
    signal.add_argument("name")
    signal.add_argument("--values", type=_values, default={}, metavar="JSON")
    signal.add_argument("--id", help="the same again changes nothing")
    listed = add("messages", _messages, "list messages: id, state, when, name, key, case")
    listed.add_argument("--state", choices=[each.value for each in MessageState])
    holiday = add("holiday", _holiday, "make a day a holiday; timers by working days move")
    holiday.add_argument("on", type=date.fromisoformat, metavar="YYYY-MM-DD")
    holiday.add_argument("title", nargs="?", default="")
    holiday.add_argument("--source", default="console")
    holiday.add_argument("--undo", action="store_true", help="make it an ordinary day again")


def _message(site: Site, options: argparse.Namespace) -> int:
    lives = messages.LIVES if options.hours is None else options.hours
    published = messages.publish(
        site.database.unit_of_work(),
        options.name,
        options.correlation,
        options.values,
        message_id=options.id,
        time_to_live=lives,
        at=utc_now(),
    )
    print(published.message_id, published.state.value, published.instance_id or "", sep="\t")
    return 0


def _signal(site: Site, options: argparse.Namespace) -> int:
    uow, at = site.database.unit_of_work(), utc_now()
    print(signals.broadcast(uow, options.name, options.values, signal_id=options.id, at=at))
    return 0


def _messages(site: Site, options: argparse.Namespace) -> int:
    state = MessageState(options.state) if options.state else None
    with site.database.reader() as session:
        for each in messages_in(session, state):
            at = each.received_at.isoformat(timespec="seconds")
            case = each.instance_id or ""
            print(each.id, each.state.value, at, each.name, each.correlation, case, sep="\t")
    return 0


def _holiday(site: Site, options: argparse.Namespace) -> int:
    uow, at = site.database.unit_of_work(), utc_now()
    if options.undo:
        if not calendars.open_day(uow, options.on, at=at):
            raise NotFound(f"{options.on} is no holiday")
    elif not calendars.close_day(uow, options.on, options.title, source=options.source, at=at):
        print("a holiday already, nothing changed")
    return 0


def _hours(text: str) -> timedelta:
    try:
        return timedelta(hours=float(text))
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"not a number of hours: {text}") from error


def _values(text: str) -> dict[str, Any]:
    try:
        values = simplejson.loads(text, use_decimal=True)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from error
    if not isinstance(values, dict):
        raise argparse.ArgumentTypeError('values are a JSON object such as {"amount": 5}')
    return values
