"""A case's past: its states step by step, and where each of its values came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from engine.commands.retracing import PastState, Retraced, Stop, retrace
from engine.model.event import Event
from engine.queries.instance_page import WatchedCase, tokens_of_tasks
from engine.storage.database import Session
from webapp.cases.map import map_of
from webapp.cases.meanings import Meanings, meanings_of
from webapp.cases.people import name_of
from webapp.cases.trail import TrailLine, trail_of
from webapp.monitoring.instance_now import TokenLine, lines_of_waits
from webapp.wording import words_of

WHY_NOT: Final[Mapping[str, LazyString]] = {
    "sent_back": _l("a task was sent back, and the history does not hold by which way"),
    "migrated": _l("the case went on in another version of the process"),
    "chosen": _l("an activity was chosen, and the history does not hold its visit"),
    "called": _l("another case gave its values back; they stand in the history of that case"),
    "rows": _l("a step read or wrote rows of a data store, which may be others by now"),
    "several": _l("several visits waited there, and the history does not say which was meant"),
    "nobody": _l("nothing waited there by then, as far as the history tells"),
    "task": _l("the task it was about is not kept"),
    "start": _l("its start is not kept"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """One time that a value changed."""

    at: datetime
    who: str
    what: str  #: the line of the trail
    number: int  #: of its event
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One variable, with what it was."""

    key: str
    label: str
    value: str
    origins: tuple[Origin, ...]  #: newest first
    is_explained: bool  #: the newest of them gave the value that it has


@dataclass(frozen=True, slots=True)
class StateLine:
    """One past state, as the list of them shows it."""

    number: int
    at: datetime
    what: str
    who: str
    changes: int


@dataclass(frozen=True, slots=True)
class ShownState:
    """The past state that is looked at."""

    line: StateLine
    tokens: tuple[TokenLine, ...]
    changed: tuple[tuple[str, str | None, str | None], ...]  #: label, before, after
    values: tuple[tuple[str, str], ...]
    marks: str  #: JSON for the diagram viewer
    is_over: bool


def retraced(session: Session, case: WatchedCase) -> Retraced:
    """Return the states that a case's history tells."""
    tokens = tokens_of_tasks(session, case.id)
    return retrace(
        case.definition, case.process_id, case.id, case.progress.trail, tokens, case.stored
    )


def values_tab(session: Session, case: WatchedCase) -> Mapping[str, Any]:
    """Return what the tab of values shows."""
    found = retraced(session, case)
    said = _said(case)
    meanings = meanings_of(words_of(case.definition))
    return {
        "values": [_value(key, case, found, said, meanings) for key in case.now.variables],
        "retraced": found,
        "why_not": why_not(found.stop),
        "stopped": said.get(found.stop.event.seq) if found.stop else None,
    }


def past_tab(session: Session, case: WatchedCase) -> Mapping[str, Any]:
    """Return what the tab of past states shows: their list, and the one asked for."""
    found = retraced(session, case)
    said = _said(case)
    lines = [_state_line(at, each, said) for at, each in enumerate(found.states, 1)]
    asked = request.args.get("step", len(lines), type=int)
    chosen = min(max(asked, 1), len(lines))
    shown = map_of(case.progress, case.definition, case.unit, (), drawn=True)
    return {
        "states": lines,
        "chosen": _shown(chosen, case, found, lines) if lines else None,
        "retraced": found,
        "why_not": why_not(found.stop),
        "stopped": said.get(found.stop.event.seq) if found.stop else None,
        "map": shown,
        "is_drawn": True,
    }


def why_not(stop: Stop | None) -> str | None:
    """Return in words why the way through the history ended before its end."""
    return None if stop is None else str(WHY_NOT.get(stop.why, stop.why))


def _said(case: WatchedCase) -> dict[int, TrailLine]:
    lines = trail_of(case.progress, case.definition, case.unit, "everything")
    return {each.number: each for each in lines}


def _value(
    key: str,
    case: WatchedCase,
    found: Retraced,
    said: Mapping[int, TrailLine],
    meanings: Meanings,
) -> ValueLine:
    turns = [(each.event, each.changed[key]) for each in found.states if key in each.changed]
    value = case.now.variables[key]
    origins = tuple(
        _origin(event, case, said, _shown_value(meanings, key, turn.before),
                _shown_value(meanings, key, turn.after))
        for event, turn in reversed(turns)
    )  # fmt: skip
    is_explained = bool(turns) and turns[-1][1].after == (value,)
    return ValueLine(key, meanings.name(key), meanings.shown(key, value), origins, is_explained)


def _origin(
    event: Event,
    case: WatchedCase,
    said: Mapping[int, TrailLine],
    before: str | None,
    after: str | None,
) -> Origin:
    line = said[event.seq]
    who = name_of(event.actor, case.progress)
    return Origin(event.at, who, line.what, event.seq, before, after)


def _shown_value(meanings: Meanings, key: str, value: Sequence[Any]) -> str | None:
    return meanings.shown(key, value[0]) if value else None


def _state_line(number: int, state: PastState, said: Mapping[int, TrailLine]) -> StateLine:
    line = said[state.event.seq]
    return StateLine(number, state.event.at, line.what, line.who, len(state.changed))


def _shown(
    number: int, case: WatchedCase, found: Retraced, lines: Sequence[StateLine]
) -> ShownState:
    state = found.states[number - 1]
    meanings = meanings_of(words_of(case.definition))
    began: dict[str, datetime] = {}
    for each in found.states[:number]:
        for wait in each.waits:
            began.setdefault(wait.token, each.event.at)
    return ShownState(
        lines[number - 1],
        tuple(lines_of_waits(case, state.waits, began)),
        tuple(
            (
                meanings.name(key),
                _shown_value(meanings, key, turn.before),
                _shown_value(meanings, key, turn.after),
            )
            for key, turn in state.changed.items()
        ),
        tuple((meanings.name(key), meanings.shown(key, value))
              for key, value in state.values.items()),
        _marks(found.states[:number]),
        state.is_over,
    )  # fmt: skip


def _marks(states: Sequence[PastState]) -> str:
    marks: dict[str, str] = {}
    for each in states:
        marks |= dict.fromkeys((*each.passed, *each.flows), "passed")
    waits = states[-1].waits
    marks |= {each.element_id: "now" for each in waits if not getattr(each, "attached_to", None)}
    return json.dumps(marks, ensure_ascii=False)
