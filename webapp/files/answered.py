"""Who answered what at which step of a case, in the words of the forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.model.event import Event, EventKind
from engine.queries.cases import Progress
from engine.storage.bundles import Deployed
from webapp.cases.trail import answers_in, form_answered

_GIVE: Final = (EventKind.STARTED, EventKind.TASK_COMPLETED)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to the form of a step, or to the form that began the case."""

    number: int  #: of its event in the case
    step: str  #: its name; empty: it began the case
    rows: tuple[tuple[str, str], ...]  #: label and text
    is_taken_back: bool


def answered(progress: Progress, definition: Deployed) -> tuple[Answered, ...]:
    """Return every answer in which something was said, the oldest first."""
    answers = answers_in(progress, definition)
    taken_back = _taken_back(progress.trail)
    found = []
    for each in progress.trail:
        form = form_answered(each, answers.words) if each.kind in _GIVE else None
        rows = tuple(answers.of(form, each.facts.get("answer") or {})) if form else ()
        if rows:
            step = answers.words.element(each.element_id, each.name)
            began = each.kind is EventKind.STARTED
            found.append(Answered(each.seq, "" if began else step, rows, each.seq in taken_back))
    return tuple(found)


def _taken_back(trail: Iterable[Event]) -> frozenset[int]:
    """Return which events are answers that their giver took back."""
    last: dict[UUID, int] = {}
    gone = set()
    for each in trail:
        if each.task_id is None:
            continue
        if each.kind is EventKind.TASK_COMPLETED:
            last[each.task_id] = each.seq
        elif each.kind is EventKind.TASK_RECALLED and each.task_id in last:
            gone.add(last[each.task_id])
    return frozenset(gone)
