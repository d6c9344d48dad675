"""Two cases side by side: the paths they took, and the values they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import CaseNotFound
from engine.model.event import EventKind
from engine.queries.instance_page import WatchedCase, case_named, watched_case
from engine.storage.database import Session
from webapp.cases.meanings import meanings_of
from webapp.cases.people import name_of
from webapp.request import current_actor, reader
from webapp.wording import words_of

bp = Blueprint("two_cases", __name__, url_prefix="/monitoring/cases/<uuid:instance_id>/beside")

_STEPS: Final = frozenset(
    {
        EventKind.STARTED,
        EventKind.TASK_COMPLETED,
        EventKind.SERVICE_DONE,
        EventKind.TIMER_FIRED,
        EventKind.MESSAGE,
        EventKind.SIGNAL,
        EventKind.EVALUATED,
        EventKind.DECIDED,
        EventKind.MODIFIED,
        EventKind.RETURNED,
        EventKind.FINISHED,
        EventKind.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step of a path."""

    key: str  #: the same for what is the same step and the same way out of it
    name: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """A step of one path and the same step of the other, or of one alone."""

    one: StepDone | None
    other: StepDone | None


@dataclass(frozen=True, slots=True)
class ValueBeside:
    """A value in both cases."""

    label: str
    one: str
    other: str
    differs: bool


@bp.get("")
def show(instance_id: UUID) -> ResponseReturnValue:
    """Show a case beside the one that is named by its number or its address."""
    named, problem, other = request.args.get("with", "").strip(), None, None
    with reader() as session:
        case = watched_case(session, instance_id, current_actor())
        if named:
            other, problem = _other(session, named)
    return render_template(
        "monitoring/two_cases.html",
        room="cases",
        nav="cases",
        case=case,
        other=other,
        words=words_of(case.definition),
        named=named,
        problem=problem,
        path=list(_paths(case, other)) if other else (),
        values=list(_values(case, other)) if other else (),
    )


def _other(session: Session, named: str) -> tuple[WatchedCase | None, str | None]:
    actor = current_actor()
    found = case_named(session, named)
    if found is None:
        return None, _("No case has this number.")
    try:
        return watched_case(session, found, actor), None
    except CaseNotFound:
        return None, _("No case has this number.")


def _paths(case: WatchedCase, other: WatchedCase) -> Iterator[Beside]:
    one, two = _path(case), _path(other)
    matcher = SequenceMatcher(None, [each.key for each in one], [each.key for each in two])
    for tag, first, last, begins, ends in matcher.get_opcodes():
        if tag == "equal":
            yield from map(Beside, one[first:last], two[begins:ends])
            continue
        yield from (Beside(each, None) for each in one[first:last])
        yield from (Beside(None, each) for each in two[begins:ends])


def _path(case: WatchedCase) -> Sequence[StepDone]:
    words = words_of(case.definition)
    return [
        StepDone(
            f"{each.kind.value}/{each.element_id}/{each.facts.get('flow', '')}",
            words.element(each.element_id, each.name) or _label(each.kind),
            name_of(each.actor, case.progress),
            each.at,
        )
        for each in case.progress.trail
        if each.kind in _STEPS
    ]


def _label(kind: EventKind) -> str:
    labels: dict[EventKind, Any] = {
        EventKind.STARTED: _("Started"),
        EventKind.FINISHED: _("Finished"),
        EventKind.CANCELLED: _("Cancelled"),
        EventKind.MODIFIED: _("Moved by an administrator"),
    }
    return str(labels.get(kind, kind.value))


def _values(case: WatchedCase, other: WatchedCase) -> Iterator[ValueBeside]:
    one, two = case.now.variables, other.now.variables
    mine, theirs = meanings_of(words_of(case.definition)), meanings_of(words_of(other.definition))
    for key in dict.fromkeys((*one, *two)):
        meanings = mine if key in one else theirs
        yield ValueBeside(
            meanings.name(key),
            mine.shown(key, one[key]) if key in one else "—",
            theirs.shown(key, two[key]) if key in two else "—",
            one.get(key) != two.get(key) or (key in one) != (key in two),
        )
