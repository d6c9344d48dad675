"""OCEL 2.0 in JSON: cases, human tasks, units and parties, and the events that touched them.

Berti and others, "OCEL (Object-Centric Event Log) 2.0 Specification", 2023, chapter 6.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from engine.model.base import json_text
from engine.model.event import EventKind
from engine.queries.event_log.portions import LoggedCase, LoggedEvent, LoggedTask

_IN_MEMORY: Final = 4 * 2**20  #: bytes of events before they wait on the disk
_TEXT: Final = "string"
_TYPES: Final = {
    "case": {"process": _TEXT, "business_key": _TEXT, "title": _TEXT, "state": _TEXT},
    "human_task": {"element": _TEXT, "name": _TEXT, "desk": _TEXT, "due_at": "time"},
    "unit": {},
    "party": {},
}
_OF_EVENTS: Final = {"number": "integer", "activity": _TEXT, "element": _TEXT, "actor": _TEXT}


def ocel(cases: Iterable[LoggedCase]) -> Iterator[str]:
    """Yield the file: types, then objects as they are met, then the events that waited aside."""
    yield f'{{"objectTypes":{json_text(_types(_TYPES))},\n'
    events = {each.value: _OF_EVENTS for each in EventKind}
    yield f'"eventTypes":{json_text(_types(events))},\n"objects":[\n'
    known: set[str] = set()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8") as aside:
        first = True
        for case in cases:
            for each in _objects(case, known):
                yield ("" if first else ",\n") + json_text(each)
                first = False
            aside.writelines(json_text(_event(each, case)) + "\n" for each in case.events)
        yield '\n],\n"events":[\n'
        aside.seek(0)
        for number, line in enumerate(aside):
            yield (",\n" if number else "") + line.rstrip("\n")
    yield "\n]}\n"


def _types(types: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in told.items()]}
        for name, told in types.items()
    ]


def _objects(case: LoggedCase, known: set[str]) -> Iterator[dict[str, Any]]:
    """Yield a case with its tasks, and its unit and party when they are met first."""
    unit = _id("unit", case.unit)
    about = [(unit, "belongs to")]
    places = [("unit", unit)]
    if case.party:
        places.append(("party", _id("party", case.party)))
        about.append((_id("party", case.party), "concerns"))
    for kind, identity in places:
        if identity not in known:
            known.add(identity)
            yield _object(identity, kind, {}, case.started_at, [])
    told = {
        "process": case.process_id,
        "business_key": case.business_key,
        "title": case.title,
        "state": case.state,
    }
    yield _object(str(case.id), "case", told, case.started_at, about)
    for each in case.tasks:
        yield _task(each)


def _task(each: LoggedTask) -> dict[str, Any]:
    told = {
        "element": each.element_id,
        "name": each.name,
        "desk": each.desk,
        "due_at": _moment(each.due_at) if each.due_at else None,
    }
    of_case = [(str(each.instance_id), "step of")]
    return _object(str(each.id), "human_task", told, each.created_at, of_case)


def _object(
    identity: str, kind: str, told: dict[str, str | None], at: datetime, to: list[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "id": identity,
        "type": kind,
        "attributes": [
            {"name": key, "time": _moment(at), "value": text}
            for key, text in told.items()
            if text is not None
        ],
        "relationships": [{"objectId": each, "qualifier": how} for each, how in to],
    }


def _event(each: LoggedEvent, case: LoggedCase) -> dict[str, Any]:
    told = {
        "number": each.seq,
        "activity": each.activity,
        "element": each.element_id,
        "actor": each.actor,
    }
    to = [(str(case.id), "happened in"), (_id("unit", case.unit), "happened at")]
    if each.task_id:
        to.append((str(each.task_id), "did"))
    return {
        "id": f"{each.instance_id}/{each.seq}",
        "type": each.kind,
        "time": _moment(each.at),
        "attributes": [
            {"name": key, "value": text} for key, text in told.items() if text is not None
        ],
        "relationships": [{"objectId": one, "qualifier": how} for one, how in to],
    }


def _id(kind: str, code: str) -> str:
    return f"{kind}:{code}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
