"""The map of a case: steps passed, where it stands, what may come next and who does it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn import Element, Process
from engine.commands.coming import ComingStep
from engine.commands.models import model_of
from engine.model.event import Event, EventKind
from engine.queries.cases import OpenStep, Progress
from engine.storage.bundles import Deployed
from webapp.cases.coming import ComingList, coming_list
from webapp.cases.drawing import drawing_of
from webapp.cases.people import name_of
from webapp.texts import N_, texts_in
from webapp.wording import Words, desk_name, role_name, words_of

#: What tells that a step was done once more.
_VISITS: Final = frozenset(
    {EventKind.TASK_COMPLETED, EventKind.SERVICE_DONE, EventKind.TIMER_FIRED, EventKind.EVALUATED}
)
#: Elements worth a line in the outline.
_STEPS: Final = frozenset(
    {
        "userTask",
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "scriptTask",
        "receiveTask",
        "manualTask",
        "subProcess",
        "callActivity",
        "intermediateCatchEvent",
        "endEvent",
    }
)


class Visit(NamedTuple):
    """One time that a step was done."""

    who: str
    at: datetime
    outcome: str = ""


class OutlineLine(NamedTuple):
    """One step of the process."""

    name: str
    state: str  #: ``passed``, ``now``, ``possible`` (next), ``later`` or ``skipped``
    who: str
    at: datetime | None = None
    is_inner: bool = False  #: stands in a sub-process
    visits: tuple[Visit, ...] = ()  #: of a step that was done, oldest first


@dataclass(frozen=True, slots=True)
class CaseMap:
    """Where the case stands, as outline and as marks on the diagram."""

    outline: tuple[OutlineLine | Markup, ...]  #: lines, and runs of lines that all cases share
    coming: ComingList
    drawing: str  #: hash of the drawing, which stays the same for all cases of the model
    marks: str  #: JSON for the diagram viewer: element -> mark
    labels: str  #: JSON: element -> name, where the language is not the model's
    texts: str  #: JSON: what the viewer's own buttons say


def map_of(
    progress: Progress,
    definition: Deployed,
    unit: str,
    steps: tuple[ComingStep, ...],
    *,
    drawn: bool = False,
) -> CaseMap:
    """Return where the case stands among the steps of its process.

    Args:
        steps: what can come next.
        drawn: whether the drawing is asked for, and not every step in words.
    """
    process = model_of(definition.bundle).processes[definition.process_id]
    words = words_of(definition)
    following = frozenset(each.element.id for each in steps)
    states = _states(process, progress, following)
    outline = () if drawn else tuple(_lines(_Outline(progress, words, unit), words, states))
    marks = {key: state for key, state in states.items() if state not in ("later", "skipped")}
    drawing = drawing_of(definition)
    return CaseMap(
        outline,
        coming_list(steps, definition, unit, progress.passed | progress.current),
        drawing.hash,
        _json(marks),
        _labels(definition, words.language),
        viewer_texts(words.language),
    )


def _lines(
    outline: _Outline, words: Words, states: Mapping[str, str]
) -> Iterator[OutlineLine | Markup]:
    """Yield the lines of an outline; those nothing has happened at are printed once and kept."""
    untouched = _untouched(words.definition, words.language, outline.rest)
    run: list[Markup] = []
    for each in _steps_of(words.definition):
        state = states[each.id]
        if state == outline.rest and each.id not in outline.done:
            run.append(untouched[each.id])
            continue
        if run:
            yield _joined(run)
            run = []
        yield outline.line(each, state)
    if run:
        yield _joined(run)


def _joined(lines: list[Markup]) -> Markup:
    """Return printed lines as one; `Markup.join` would look whether to escape each of them."""
    return Markup("".join(lines))  # noqa: S704 - all of it is markup already


@lru_cache(maxsize=256)
def _steps_of(definition: Deployed) -> tuple[Element, ...]:
    """Return the elements of a definition that an outline has lines for."""
    process = model_of(definition.bundle).processes[definition.process_id]
    return tuple(
        each
        for each in process.elements
        if each.kind in _STEPS and (each.name or each.kind != "endEvent")
    )


@lru_cache(maxsize=256)
def _untouched(definition: Deployed, language: str, state: str) -> Mapping[str, Markup]:
    """Return the printed line of each step of a definition that a case has not come to."""
    words = Words(definition, language)
    printed: Any = current_app.jinja_env.get_template("cases/_outline.html").module
    return {
        each.id: printed.line(
            OutlineLine(
                words.element(each.id, each.name),
                state,
                role_at(each, words),
                is_inner=each.parent is not None,
            )
        )
        for each in _steps_of(definition)
    }


def role_at(element: Element, words: Words) -> str:
    """Return what the role is called that does a step."""
    lanes = words.definition.bundle.process(words.definition.process_id).lanes
    lane = lanes.get(element.lane_id or "")
    has_role = lane is not None and element.kind == "userTask"
    return role_name(lane.role, words.language) if lane and has_role else ""


def _states(process: Process, progress: Progress, following: frozenset[str]) -> dict[str, str]:
    current = _with_parents(process, progress.current)
    passed = _with_parents(process, progress.passed)
    rest = _rest(progress)
    states = {}
    for each in process.elements:
        if each.id in current:
            states[each.id] = "now"
        elif each.id in following:
            states[each.id] = "possible"
        else:
            states[each.id] = "passed" if each.id in passed else rest
    return states


def _rest(progress: Progress) -> str:
    """Return the state of steps that a case has not come to."""
    return "skipped" if progress.is_over else "later"


def _with_parents(process: Process, found: frozenset[str]) -> frozenset[str]:
    """Add the sub-processes that elements stand in: what happens inside happens to them."""
    parents = {each.id: each.parent for each in process.elements}
    all_found = set(found)
    for each in found:
        outer = parents.get(each)
        while outer is not None:
            all_found.add(outer)
            outer = parents.get(outer)
    return frozenset(all_found)


class _Outline:
    """What the lines of one outline share: who did what, what lanes are called."""

    def __init__(self, progress: Progress, words: Words, unit: str) -> None:
        self._progress, self._words, self._unit = progress, words, unit
        self._language = words.language
        self._waiting: dict[str, list[OpenStep]] = {}
        for step in progress.steps:
            self._waiting.setdefault(step.element_id, []).append(step)
        self._held = {each.element_id for each in progress.jobs if each.is_held}
        self.rest = _rest(progress)
        self.done: dict[str, list[Event]] = {}  #: what told of each time that a step was done
        for event in progress.trail:
            if event.kind in _VISITS and event.element_id:
                self.done.setdefault(event.element_id, []).append(event)

    def line(self, element: Element, state: str) -> OutlineLine:
        """Return the line of one element."""
        who, at = self._who(element) if state == "now" else (role_at(element, self._words), None)
        name = self._words.element(element.id, element.name)
        visits = tuple(map(self._visit, self.done.get(element.id, ())))
        is_inner = element.parent is not None
        return OutlineLine(name, state, "" if visits and not at else who, at, is_inner, visits)

    def _visit(self, event: Event) -> Visit:
        chosen = event.facts.get("answer", {}).get("outcome")
        element = self._words.model_element(event.element_id)
        outcome = self._words.task_outcome(element.form_id if element else None, chosen)
        return Visit(name_of(event.actor, self._progress), event.at, outcome)

    def _who(self, element: Element) -> tuple[str, datetime | None]:
        """Say who has a step now, all of them when it is open several times."""
        steps = self._waiting.get(element.id, ())
        if not steps:
            who = _("held by an administrator") if element.id in self._held else _("the system")
            return ("" if element.kind == "subProcess" else who), None
        names = [
            name_of(each.holder, self._progress)
            if each.holder
            else desk_name(each.desk, self._unit, self._language)
            for each in steps
        ]
        return _(", ").join(dict.fromkeys(names)), min(each.created_at for each in steps)


@lru_cache(maxsize=256)
def _labels(definition: Deployed, language: str) -> str:
    return _json(Words(definition, language).overlay)


@lru_cache
def viewer_texts(language: str) -> str:
    """Return what the buttons of a drawing say, as JSON."""
    texts = texts_in(language)
    said = {
        "zoomIn": N_("Zoom in"),
        "zoomOut": N_("Zoom out"),
        "fit": N_("Fit to width"),
        "failed": N_("The diagram could not be shown; the list of steps says the same."),
    }
    return _json({key: texts.gettext(text) for key, text in said.items()})


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(facts, ensure_ascii=False)
