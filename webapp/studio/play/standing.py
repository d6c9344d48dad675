"""Where a run stands: its cases, what waits in them, and what the last act changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from engine.commands.models import model_of
from engine.play import (
    OpenTask,
    PlayedCase,
    Proposed,
    Seen,
    Token,
    actor_at,
)
from engine.queries import cases
from engine.queries.cases import Progress
from engine.storage.bundles import Deployed
from engine.storage.database import Session
from engine.values import exact_json
from webapp.cases.map import CaseMap, map_of
from webapp.cases.trail import TrailLine, trail_of
from webapp.studio.play.told import failure_text
from webapp.wording import Words, desk_name, words_of

LONGEST: Final = 400  #: characters of a value shown


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value of a case."""

    name: str
    text: str
    is_changed: bool
    before: str  #: what it was before the last act


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A step that waits for somebody."""

    task: OpenTask
    name: str
    desk: str

    @property
    def key(self) -> str:
        """What names it in an address."""
        return f"{self.task.element}.{self.task.number}"


@dataclass(frozen=True, slots=True)
class Step:
    """Something else that waits: a timer, a held step, a message."""

    element: str
    number: int
    name: str
    about: str = ""
    at: datetime | None = None
    key: str = ""
    kind: str = ""
    said: str = ""  #: of what went wrong: why, in the language of the page


@dataclass(frozen=True, slots=True)
class Standing:
    """All the page shows of where a run stands."""

    cases: tuple[tuple[int, str, bool], ...]  #: number, title, and whether it has not ended
    case: PlayedCase
    map: CaseMap
    tokens: tuple[str, ...]  #: where it stands, in words
    values: tuple[ValueLine, ...]
    trail: tuple[TrailLine, ...]
    tasks: tuple[TaskLine, ...]
    timers: tuple[Step, ...]
    held: tuple[Step, ...]
    listening: tuple[Step, ...]
    unsent: tuple[Step, ...]
    failures: tuple[Step, ...]
    file: str  #: the diagram's file


def standing(session: Session, seen: Seen, number: int) -> Standing:
    """Return where a run stands, with one of its cases in full."""
    case = next((each for each in seen.cases if each.number == number), seen.cases[0])
    words = words_of(case.definition)
    progress = _progress(session, case, seen)
    tokens = [each for each in seen.tokens if each.case == case.number]
    return Standing(
        tuple((each.number, each.title, each.is_running) for each in seen.cases),
        case,
        _map(progress, case, seen),
        tuple(_token(each, words) for each in tokens),
        tuple(_values(case, seen)),
        trail_of(progress, case.definition, case.unit, "everything"),
        tuple(_task(each, seen) for each in seen.tasks),
        tuple(_timers(seen)),
        tuple(_held(seen)),
        tuple(_listening(seen)),
        tuple(_unsent(seen)),
        tuple(_failures(seen)),
        file_of(case.definition),
    )


def proposed_to(session: Session, seen: Seen, task: OpenTask, outcome: str | None) -> Proposed:
    """Return what an answer to an open step is read by."""
    case = _case(seen, task.case)
    actor = actor_at(task.desk, task.holder)
    return Proposed(
        session,
        case.definition,
        task.form_id,
        actor,
        seen.at,
        outcome=outcome,
        element=task.element,
        case_id=case.id,
        known=task.known,
    )


def file_of(definition: Deployed) -> str:
    """Return the file that draws a process."""
    return model_of(definition.bundle).processes[definition.process_id].file


def _progress(session: Session, case: PlayedCase, seen: Seen) -> Progress:
    """Return a case's progress, with every element that something waits at."""
    progress = cases.progress(session, case.id, "")
    here = {
        each.element for each in seen.tokens if each.case == case.number and not each.attached_to
    }
    return replace(progress, calls=progress.calls | here)


def _map(progress: Progress, case: PlayedCase, seen: Seen) -> CaseMap:
    found = map_of(progress, case.definition, case.unit, ())
    marks = exact_json.read(found.marks)
    taken = {flow: "passed" for process, flow in seen.flows if process == case.process_id}
    gone = {each: "passed" for process, each in seen.elements if process == case.process_id}
    return replace(found, marks=exact_json.written({**taken, **gone, **marks}))


def _token(token: Token, words: Words) -> str:
    said = {
        "task": _("waits for an answer"),
        "service": _("is held: it would call out"),
        "timer": _("waits for its time"),
        "message": _("waits for a message"),
        "signal": _("waits for a signal"),
        "condition": _("waits until a condition holds"),
        "call": _("waits for another case"),
    }
    return f"{words.element(token.element)}: {said[token.kind]}"


def _values(case: PlayedCase, seen: Seen) -> Iterator[ValueLine]:
    changed = {each.name: each for each in seen.changes if each.case == case.number}
    for name in sorted({*case.values, *changed}, key=lambda each: (each not in changed, each)):
        change = changed.get(name)
        text = shown(case.values[name]) if name in case.values else "—"
        before = shown(change.before) if change and change.before is not None else ""
        yield ValueLine(name, text, change is not None, before)


def shown(value: Any) -> str:
    """Return a value as JSON, not longer than can be looked at."""
    text = exact_json.written(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _task(task: OpenTask, seen: Seen) -> TaskLine:
    case = _case(seen, task.case)
    words = words_of(case.definition)
    return TaskLine(task, words.element(task.element, task.name), desk_name(task.desk, case.unit))


def _timers(seen: Seen) -> Iterator[Step]:
    for each in seen.timers:
        about = "" if each.notice is None else _("a reminder, or word to those above")
        yield Step(each.element, 1, _name(seen, each.case, each.element), about, each.at)


def _held(seen: Seen) -> Iterator[Step]:
    for each in seen.held:
        about = each.call.connector if each.call else each.topic
        yield Step(each.element, each.number, _name(seen, each.case, each.element), about)


def _listening(seen: Seen) -> Iterator[Step]:
    for each in seen.listening:
        key = "" if each.key is None else str(each.key)
        yield Step(each.element, 1, each.name, key=key, kind=each.kind)


def _unsent(seen: Seen) -> Iterator[Step]:
    for each in seen.unsent:
        yield Step(each.element, 1, _name(seen, each.case, each.element), kind=each.kind)


def _failures(seen: Seen) -> Iterator[Step]:
    for each in seen.failures:
        of = None if each.case is None else _case(seen, each.case).definition
        said = failure_text(each.code, words_of(of).error) if of else ""
        name = _name(seen, each.case, each.element)
        yield Step(each.element or "", 1, name, each.cause, said=said)


def _name(seen: Seen, number: int | None, element: str | None) -> str:
    if number is None or not element:
        return element or ""
    return words_of(_case(seen, number).definition).element(element)


def _case(seen: Seen, number: int) -> PlayedCase:
    return next(each for each in seen.cases if each.number == number)
