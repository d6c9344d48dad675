"""The map of a case: steps passed, where it stands, what may come next and who does it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from flask_babel import gettext as _

from engine.bpmn import Element, Process
from engine.commands.models import model_of
from engine.model.event import EventKind
from engine.queries.cases import Progress
from engine.storage.bundles import Deployed
from webapp.cases.drawing import drawing_of
from webapp.cases.people import name_of
from webapp.wording import Words, desk_name, role_name, words_of

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


_DECIDING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


class OutlineLine(NamedTuple):
    """One step of the process."""

    name: str
    state: str  #: ``passed``, ``now``, ``possible`` (next), ``later`` or ``skipped``
    who: str
    at: datetime | None = None
    is_inner: bool = False  #: stands in a sub-process


@dataclass(frozen=True, slots=True)
class CaseMap:
    """Where the case stands, as outline and as marks on the diagram."""

    outline: tuple[OutlineLine, ...]
    drawing: str  #: hash of the drawing, which stays the same for all cases of the model
    marks: str  #: JSON for the diagram viewer: element -> mark
    labels: str  #: JSON: element -> name, where the language is not the model's
    texts: str  #: JSON: what the viewer's own buttons say


def map_of(progress: Progress, definition: Deployed, unit: str) -> CaseMap:
    """Return where the case stands among the steps of its process."""
    process = model_of(definition.bundle).processes[definition.process_id]
    words = words_of(definition)
    states = _states(process, progress)
    line_of = _Outline(progress, words, unit).line
    outline = tuple(
        line_of(each, states[each.id])
        for each in process.elements
        if each.kind in _STEPS and (each.name or each.kind != "endEvent")
    )
    marks = {key: state for key, state in states.items() if state not in ("later", "skipped")}
    drawing = drawing_of(definition)
    return CaseMap(
        outline, drawing.hash, _json(marks), _json(words.overlay), _json(_viewer_texts())
    )


def _states(process: Process, progress: Progress) -> dict[str, str]:
    current = _with_parents(process, progress.current)
    passed = _with_parents(process, progress.passed)
    following = _following(process, progress.current)
    rest = "skipped" if progress.is_over else "later"
    states = {}
    for each in process.elements:
        if each.id in current:
            states[each.id] = "now"
        elif each.id in passed:
            states[each.id] = "passed"
        else:
            states[each.id] = "possible" if each.id in following else rest
    return states


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


def _following(process: Process, current: frozenset[str]) -> frozenset[str]:
    """Return the next steps of people: those the fewest decisions lead to.

    Behind a long chain of decisions nearly every step may follow; that tells nobody what
    comes next.
    """
    by_id = {each.id: each for each in process.elements}
    found: dict[str, int] = {}
    seen = set(current)
    todo = deque(
        (flow.target, 0) for each in current if each in by_id for flow in by_id[each].outgoing
    )
    while todo:
        element_id, decisions = todo.popleft()
        element = by_id.get(element_id)
        if element is None or element_id in seen:
            continue
        seen.add(element_id)
        if element.kind == "userTask":
            found[element_id] = decisions
            continue
        decides = element.kind in _DECIDING and len(element.outgoing) > 1
        for flow in element.outgoing:
            if decides:
                todo.append((flow.target, decisions + 1))
            else:
                todo.appendleft((flow.target, decisions))
    fewest = min(found.values(), default=0)
    return frozenset(each for each, decisions in found.items() if decisions == fewest)


class _Outline:
    """What the lines of one outline share: who did what, what lanes are called."""

    def __init__(self, progress: Progress, words: Words, unit: str) -> None:
        self._progress, self._words, self._unit = progress, words, unit
        self._language = words.language
        self._lanes = words.definition.bundle.process(words.definition.process_id).lanes
        self._waiting = {each.element_id: each for each in reversed(progress.steps)}
        self._done = {
            each.element_id: each
            for each in progress.trail
            if each.kind in (EventKind.TASK_COMPLETED, EventKind.SERVICE_DONE)
        }

    def line(self, element: Element, state: str) -> OutlineLine:
        """Return the line of one element."""
        who, at = self._who(element, state)
        name = self._words.element(element.id, element.name)
        return OutlineLine(name, state, who, at, element.parent is not None)

    def _who(self, element: Element, state: str) -> tuple[str, datetime | None]:
        if state == "now":
            return self._holder(element)
        done = self._done.get(element.id)
        if done is not None:
            return name_of(done.actor, self._progress), done.at
        lane = self._lanes.get(element.lane_id or "")
        has_role = lane is not None and element.kind == "userTask"
        return (role_name(lane.role, self._language) if lane and has_role else ""), None

    def _holder(self, element: Element) -> tuple[str, datetime | None]:
        step = self._waiting.get(element.id)
        if step is None:
            return ("" if element.kind == "subProcess" else _("the system")), None
        if step.holder:
            return name_of(step.holder, self._progress), step.created_at
        return desk_name(step.desk, self._unit, self._language), step.created_at


def _viewer_texts() -> Mapping[str, str]:
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "fit": _("Fit to width"),
        "failed": _("The diagram could not be shown; the list of steps says the same."),
    }


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(facts, ensure_ascii=False)
