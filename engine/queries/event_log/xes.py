"""XES (IEEE 1849-2016): one trace for each case, one event for each line of its journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final
from xml.sax.saxutils import quoteattr

from engine.model.event import EventKind
from engine.queries.event_log.portions import LoggedCase, LoggedEvent

#: what the standard's lifecycle extension calls it; everything else is ``complete``
TRANSITIONS: Final[Mapping[str, str]] = {
    EventKind.TASK_OPENED.value: "schedule",
    EventKind.TASK_CLAIMED.value: "start",
    EventKind.TASK_UNCLAIMED.value: "suspend",
    EventKind.TASK_ASSIGNED.value: "assign",
    EventKind.TASK_DELEGATED.value: "reassign",
    EventKind.TASK_HANDED_BACK.value: "reassign",
    EventKind.TASK_RETURNED.value: "ate_abort",
    EventKind.TASK_WITHDRAWN.value: "withdraw",
    EventKind.CANCELLED.value: "pi_abort",
}
_EXTENSIONS: Final = ("Concept", "Lifecycle", "Organizational", "Time")
#: how events are told apart; a name has no blanks in it
_CLASSIFIERS: Final = {"Activity": "concept:name", "ActivityAndKind": "concept:name kind"}
_PREFIXES: Final = {"Organizational": "org"}
_NEVER: Final = "1970-01-01T00:00:00.000+00:00"


def xes(process: str, cases: Iterable[LoggedCase]) -> Iterator[str]:
    """Yield the file, a piece for each case.

    Args:
        process: what the log is called.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    for name in _EXTENSIONS:
        prefix = _PREFIXES.get(name, name.lower())
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'
    yield f'<global scope="trace">{_string("concept:name", "")}</global>\n'
    yield (
        f'<global scope="event">{_string("concept:name", "")}{_date("time:timestamp", _NEVER)}'
        f"{_string('lifecycle:transition', 'complete')}{_string('kind', '')}</global>\n"
    )
    for name, keys in _CLASSIFIERS.items():
        yield f'<classifier name="{name}" scope="event" keys="{keys}"/>\n'
    yield _string("concept:name", process) + _string("lifecycle:model", "standard") + "\n"
    for case in cases:
        yield _trace(case)
    yield "</log>\n"


def _trace(case: LoggedCase) -> str:
    about = {
        "concept:name": case.business_key or str(case.id),
        "id": str(case.id),
        "title": case.title,
        "process": case.process_id,
        "unit": case.unit,
        "party": case.party,
        "state": case.state,
    }
    events = "".join(_event(each, case) for each in case.events)
    return f"<trace>{_strings(about)}{events}</trace>\n"


def _event(each: LoggedEvent, case: LoggedCase) -> str:
    role, _, place = (each.desk or "").partition("@")
    told = {
        "concept:name": each.activity,
        "lifecycle:transition": TRANSITIONS.get(each.kind, "complete"),
        "kind": each.kind,
        "element": each.element_id,
        "task": str(each.task_id) if each.task_id else None,
        "org:resource": each.actor,
        "org:role": role or None,
        "org:group": place or case.unit,
    }
    at = _date("time:timestamp", _moment(each.at))
    number = f'<int key="number" value="{each.seq}"/>'
    return f"<event>{_strings(told)}{at}{number}</event>"


def _strings(told: Mapping[str, str | None]) -> str:
    return "".join(_string(key, text) for key, text in told.items() if text is not None)


def _string(key: str, text: str) -> str:
    return f'<string key="{key}" value={quoteattr(_clean(text))}/>'


def _date(key: str, moment: str) -> str:
    return f'<date key="{key}" value="{moment}"/>'


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _clean(text: str) -> str:
    """Return a text without the characters that XML 1.0 has no place for."""
    return "".join(each if each >= " " or each in "\t\n\r" else " " for each in text)
