"""Saved filters made and changed: what they ask is said as the list of work says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.commands import saved_filters as commands
from engine.storage.bundles import all_latest
from forms import FormErrors
from webapp.engine_rest.body import json_object, text_of
from webapp.engine_rest.filters import one_filter, told_filter
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.inbox.filters import URGENT, asks, read_filters
from webapp.request import current_actor, now, reader, unit_of_work

_FILTER: Final = frozenset({"resourceType", "name", "owner", "query", "properties"})
_PROPERTIES: Final = frozenset({"inbox", "desk"})


@does("createFilter", body=_FILTER)
def create_filter() -> ResponseReturnValue:
    """Keep a filter under a name; the caller's own of that name becomes this one."""
    body = json_object(_FILTER)
    name, query, desk = _read(body)
    filter_id = commands.save(
        unit_of_work(), name, query, desk=desk, actor=current_actor(), at=now()
    )
    return jsonify(told_filter(one_filter(str(filter_id))))


@does("updateFilter", body=_FILTER)
def update_filter(filter_id: str) -> ResponseReturnValue:
    """Let a filter of the caller's be called and ask otherwise."""
    kept = one_filter(filter_id)
    name, query, desk = _read(json_object(_FILTER))
    commands.change(
        unit_of_work(), kept.id, name, query, desk=desk, actor=current_actor(), at=now()
    )
    return "", 204


def _read(body: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """Return the name of a filter, what it asks and with which desk it is shared."""
    if text_of(body, "resourceType") != "Task":
        raise invalid("Unable to create filter with invalid resource type: only Task is known.")
    owner = text_of(body, "owner")
    if owner not in (None, current_actor().username):
        raise invalid("A filter belongs to who keeps it.")
    properties = _mapping(body, "properties")
    if unknown := sorted(properties.keys() - _PROPERTIES):
        raise invalid(f"Unknown properties: {', '.join(unknown)}")
    raw = {**_address(properties.get("inbox") or {}), **_asked(_mapping(body, "query"))}
    query = urlencode(raw, doseq=True)
    _must_be_readable(parse_qs(query))
    return text_of(body, "name") or "", query, text_of(properties, "desk")


def _mapping(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = body.get(key)
    if found is not None and not isinstance(found, dict):
        raise invalid(f"{key} has to be an object.")
    return found or {}


def _address(inbox: Any) -> dict[str, list[str]]:
    if not isinstance(inbox, dict):
        raise invalid("properties.inbox has to be an object of names and lists of texts.")
    for each in inbox.values():
        if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
            raise invalid("properties.inbox has to be an object of names and lists of texts.")
    return inbox


def _must_be_readable(raw: Mapping[str, list[str]]) -> None:
    """Refuse what the list of work cannot be asked.

    Raises:
        Refused: 400, an unknown name.
        FormErrors: a value that cannot be read.
    """
    with reader() as session:
        found = read_filters(raw, all_latest(session), current_actor(), now())
    if unknown := sorted(key for key in raw if asks({key: raw[key]}) and not found.form.field(key)):
        raise invalid(f"The list of work cannot be asked for: {', '.join(unknown)}")
    if found.problems:
        raise FormErrors(found.problems, {})


def _asked(query: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a task query as the list of work says it, as far as it can."""
    return {key: [text] for name, value in query.items() for key, text in _said(name, value)}


def _said(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what one part of a task query is in the list's address; nothing asks for nothing."""
    if value in (None, False, [], {}):
        return
    if name == "sorting" and isinstance(value, list) and len(value) == 1:
        yield from _sorted(value[0])
        return
    known = _NAMES.get(name)
    said = known(value) if known else None
    if said is None:
        raise invalid(
            f"A saved filter cannot ask for {name} = {value!r}: it asks what the list of work "
            "can be asked. Say it as properties.inbox, or ask /task."
        )
    yield said


def _sorted(by: Any) -> Iterator[tuple[str, str]]:
    key = by.get("sortBy") if isinstance(by, dict) else None
    if key not in _ORDERS:
        raise invalid(f"A saved filter cannot be sorted by {key!r}.")
    yield "sort", _ORDERS[key]
    if by.get("sortOrder") == "desc":
        yield "down", "on"


_ORDERS: Final = {"dueDate": "due", "created": "created", "priority": "priority"}
_NAMES: Final[Mapping[str, Callable[[Any], tuple[str, str] | None]]] = {
    "processDefinitionKey": lambda value: ("process", str(value)),
    "assignee": lambda value: ("holder", "me") if value == current_actor().username else None,
    "unassigned": lambda _: ("holder", "nobody"),
    "withoutDueDate": lambda _: ("due", "none"),
    "minPriority": lambda value: ("urgent", "on") if value == URGENT else None,
}
