"""The trail and the map of a case, in words: what happened and why, where it stands, what follows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from engine.bpmn import Element, Process
from engine.commands.models import model_of
from engine.model.event import Event, EventKind
from engine.queries.cases import Progress
from engine.storage.bundles import Deployed
from forms import Field, Form
from webapp.formatting import column, digits, jalali
from webapp.request import locale
from webapp.wording import Words, desk_name, role_name, words_of

#: What the trail leaves out: it says nothing a person did or decided.
_QUIET: Final = frozenset({EventKind.PASSED, EventKind.TASK_OPENED})
_TROUBLE: Final = frozenset({EventKind.INCIDENT, EventKind.REFUSED, EventKind.ESCALATED})
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


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of the trail."""

    at: datetime
    what: str
    who: str = ""
    desk: str = ""
    details: tuple[tuple[str, str], ...] = ()  #: label and text: reasons, notes, what was seen
    css: str = ""


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One step of the process."""

    name: str
    state: str  #: ``passed``, ``now``, ``possible`` (next) or ``later``
    who: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseMap:
    """Where the case stands, as outline and as marks on the diagram."""

    outline: tuple[OutlineLine, ...]
    marks: str  #: JSON for the diagram viewer: element -> mark
    labels: str  #: JSON: element -> name, where the language is not the model's
    texts: str  #: JSON: what the viewer's own buttons say


def trail_of(progress: Progress, definition: Deployed, unit: str) -> tuple[TrailLine, ...]:
    """Return what happened, newest first."""
    words = words_of(definition)
    lines = [
        _line(each, progress, words, unit) for each in progress.trail if each.kind not in _QUIET
    ]
    return tuple(reversed(lines))


def map_of(progress: Progress, definition: Deployed, unit: str) -> CaseMap:
    """Return where the case stands among the steps of its process."""
    process = model_of(definition.bundle).processes[definition.process_id]
    words = words_of(definition)
    states = _states(process, progress)
    outline = tuple(
        _outline_line(each, states[each.id], progress, words, unit)
        for each in process.elements
        if each.kind in _STEPS and (each.name or each.kind != "endEvent")
    )
    marks = {key: state for key, state in states.items() if state != "later"}
    return CaseMap(outline, _json(marks), _json(_labels(process, words)), _json(_viewer_texts()))


def name_of(username: str | None, progress: Progress) -> str:
    """Return what a person is called; the engine itself is the system."""
    if username is None:
        return _("the system")
    names = progress.names.get(username)
    return names[locale()] if names else username


def _line(event: Event, progress: Progress, words: Words, unit: str) -> TrailLine:
    css = "trouble" if event.kind in _TROUBLE else "by-person" if event.actor else ""
    return TrailLine(
        event.at,
        _what(event, words),
        name_of(event.actor, progress),
        desk_name(event.desk, unit) if event.actor else "",
        tuple(_details(event, words)),
        css,
    )


def _what(event: Event, words: Words) -> str:
    step = words.element(event.element_id, event.name)
    match event.kind:
        case EventKind.STARTED:
            return _("Started")
        case EventKind.TASK_CLAIMED:
            return _("Took “%(step)s”", step=step)
        case EventKind.TASK_UNCLAIMED:
            return _("Put back “%(step)s”", step=step)
        case EventKind.TASK_COMPLETED:
            return _completed(event, step, words)
        case EventKind.TASK_WITHDRAWN:
            return _("“%(step)s” was no longer needed", step=step)
        case EventKind.DECIDED:
            return _decided(event, step, words)
        case EventKind.SERVICE_DONE:
            return _("“%(step)s” was done", step=step)
        case EventKind.TIMER_FIRED:
            return _("The time came: %(step)s", step=step)
        case EventKind.MESSAGE:
            return words.message(event.name or "")
        case EventKind.REMINDED:
            return _("Reminder: “%(step)s” is due soon", step=step)
        case EventKind.ESCALATED:
            return _("“%(step)s” is overdue; those responsible were told", step=step)
        case EventKind.REFUSED:
            return _("“%(step)s” was refused", step=step)
        case EventKind.INCIDENT:
            return _("“%(step)s” failed; an administrator has to look", step=step)
        case EventKind.RETRIED:
            return _("“%(step)s” was tried again", step=step)
        case EventKind.CANCELLED:
            return _("Cancelled")
        case _:
            return _("Finished: %(end)s", end=step) if step else _("Finished")


def _completed(event: Event, step: str, words: Words) -> str:
    chosen = event.facts.get("answer", {}).get("outcome")
    if not chosen:
        return _("Completed “%(step)s”", step=step)
    outcome = words.task_outcome(_form_id(event, words), chosen)
    return _("Completed “%(step)s”: %(outcome)s", step=step, outcome=outcome)


def _decided(event: Event, step: str, words: Words) -> str:
    flow = words.element(event.facts.get("flow"), event.facts.get("flow_name"))
    way = flow if event.facts.get("flow_name") else _("the ordinary way")
    return _("%(question)s %(answer)s", question=step, answer=way) if step else way


def _details(event: Event, words: Words) -> Iterator[tuple[str, str]]:
    if event.kind is EventKind.DECIDED:
        seen = event.facts.get("seen") or {}
        for key, value in seen.items():
            if not isinstance(value, dict | list):
                yield words.column(key), digits(value)
        return
    answer = event.facts.get("answer") or {}
    form = _form(event, words)
    for field in form.fields if form else ():
        text = _shown(field, answer.get(field.key))
        if text:
            yield field.label, text
    for key in ("reason", "cause"):
        if isinstance(event.facts.get(key), str) and event.facts[key]:
            yield _("Reason"), event.facts[key]


def _shown(field: Field, value: Any) -> str:
    """Show an answer in one line; lists of lines have their own page."""
    if value in (None, "", [], {}) or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(field.label_of(each) for each in value)
    if field.type == "jalaliDate":
        return jalali(str(value))
    if field.type in ("rial", "percentage"):
        return column(value, field.type)
    if field.type in ("number", "quantity"):
        return column(value, "number")
    return field.label_of(value) if field.choices else str(value)


def _form_id(event: Event, words: Words) -> str | None:
    process = model_of(words.definition.bundle).processes[words.definition.process_id]
    found = next((each for each in process.elements if each.id == event.element_id), None)
    return found.form_id if found else None


def _form(event: Event, words: Words) -> Form | None:
    if event.kind is EventKind.STARTED:
        form_id = words.definition.bundle.process(words.definition.process_id).start_form
    else:
        form_id = _form_id(event, words)
    form = words.definition.bundle.forms.get(form_id or "")
    return words.form(Form.parse(form)) if form else None


def _states(process: Process, progress: Progress) -> dict[str, str]:
    current = progress.current
    following = _following(process, current)
    states = {}
    for each in process.elements:
        if each.id in current:
            states[each.id] = "now"
        elif each.id in following:
            states[each.id] = "possible"
        else:
            states[each.id] = "passed" if each.id in progress.passed else "later"
    return states


def _following(process: Process, current: frozenset[str]) -> frozenset[str]:
    """Return the next steps of people: beyond gateways and services, up to the first of each way."""
    by_id = {each.id: each for each in process.elements}
    found: set[str] = set()
    seen = set(current)
    todo = [flow.target for each in current if each in by_id for flow in by_id[each].outgoing]
    while todo:
        element = by_id.get(todo.pop())
        if element is None or element.id in seen:
            continue
        seen.add(element.id)
        if element.kind == "userTask":
            found.add(element.id)
        else:
            todo += [flow.target for flow in element.outgoing]
    return frozenset(found)


def _outline_line(
    element: Element, state: str, progress: Progress, words: Words, unit: str
) -> OutlineLine:
    name = words.element(element.id, element.name)
    if state == "now":
        step = next((each for each in progress.steps if each.element_id == element.id), None)
        if step is not None:
            who = name_of(step.holder, progress) if step.holder else desk_name(step.desk, unit)
            return OutlineLine(name, state, who, step.created_at)
        return OutlineLine(name, state, _("the system"))
    done = [
        each
        for each in progress.trail
        if each.element_id == element.id
        and each.kind in (EventKind.TASK_COMPLETED, EventKind.SERVICE_DONE)
    ]
    if done:
        return OutlineLine(name, state, name_of(done[-1].actor, progress), done[-1].at)
    lane = words.definition.bundle.process(words.definition.process_id).lanes.get(
        element.lane_id or ""
    )
    who = role_name(lane.role) if lane and element.kind == "userTask" else ""
    return OutlineLine(name, state, who)


def _labels(process: Process, words: Words) -> dict[str, str]:
    """Return the names the language lays over the model's, lanes and flows included."""
    named: dict[str, str | None] = {each.id: each.name for each in process.elements}
    named |= {each.id: each.name for each in process.lanes}
    named |= {flow.id: flow.name for each in process.elements for flow in each.outgoing}
    return {
        key: words.element(key, name)
        for key, name in named.items()
        if name and words.element(key, name) != name
    }


def _viewer_texts() -> Mapping[str, str]:
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "fit": _("Fit to width"),
        "failed": _("The diagram could not be shown; the list of steps says the same."),
    }


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(facts, ensure_ascii=False)
