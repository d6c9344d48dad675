"""Lint of events: what each waits for, throws or catches."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine import feel
from engine.bpmn import pools, vendor
from engine.bpmn.conditions import compile_feel
from engine.bpmn.findings import found
from engine.bpmn.rules.shapes import not_feel
from engine.bpmn.source import (
    Source,
    child,
    children,
    id_of,
    kind,
    name,
    processes,
    scopes,
    text_of,
)
from engine.bpmn.standing import allowed
from engine.bpmn.timers import compile_timer
from engine.findings import Detail, Finding, detail, not_parsed, said_by

_PLAIN = ("messageEventDefinition", "timerEventDefinition", "signalEventDefinition")
_RUN: dict[str, frozenset[str]] = {
    "startEvent": frozenset({*_PLAIN, "conditionalEventDefinition"}),
    "intermediateCatchEvent": frozenset(
        {*_PLAIN, "conditionalEventDefinition", "linkEventDefinition"}
    ),
    "intermediateThrowEvent": frozenset(
        {
            "messageEventDefinition",
            "signalEventDefinition",
            "escalationEventDefinition",
            "compensateEventDefinition",
            "linkEventDefinition",
        }
    ),
    "boundaryEvent": frozenset(
        {
            *_PLAIN,
            "conditionalEventDefinition",
            "errorEventDefinition",
            "escalationEventDefinition",
            "compensateEventDefinition",
            "cancelEventDefinition",
        }
    ),
    "endEvent": frozenset(
        {
            "messageEventDefinition",
            "signalEventDefinition",
            "errorEventDefinition",
            "escalationEventDefinition",
            "compensateEventDefinition",
            "cancelEventDefinition",
            "terminateEventDefinition",
        }
    ),
}
#: of an event sub-process
_STARTS = frozenset(
    {
        *_PLAIN,
        "conditionalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "compensateEventDefinition",
    }
)
_THROWN = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
#: what is never one of several definitions of an event, …
_ALONE = frozenset({"linkEventDefinition"})
_BOUND = frozenset({"compensateEventDefinition", "cancelEventDefinition"})  #: … where it is caught
#: … where all of them have to come: nobody waits for these, they happen
_UNAWAITED = frozenset({"errorEventDefinition", "escalationEventDefinition"})
_ENDING = frozenset(
    {
        "compensateEventDefinition",
        "cancelEventDefinition",
        "errorEventDefinition",
        "terminateEventDefinition",
    }
)


def definitions(source: Source) -> Iterator[Finding]:
    """BPMN-011: an event of a kind that is not run where it stands."""
    for scope in _scopes(source):
        for event in children(scope, *_RUN):
            for problem in _definition(event, scope):
                yield found("BPMN-011", source, event, problem)


def _definition(event: etree._Element, scope: etree._Element) -> Iterator[Detail]:
    told = [str(kind(each)) for each in vendor.events_of(event)]
    starts, run = kind(event) == "startEvent", _RUN[str(kind(event))]
    if starts and kind(scope) != "process":
        run = _STARTS if scope.get("triggeredByEvent") == "true" else frozenset()
    if len(told) < len(list(children(event, "eventDefinitionRef"))):
        yield detail("BPMN-011-1")
    if len(told) > 1:
        yield from _several(event, told)
    for each in told:
        what = each.removesuffix("EventDefinition")
        if each not in run and what in allowed(event):  # what cannot stand there: BPMN-180
            yield detail("BPMN-011-2", what=what, kind=kind(event))


def _several(event: etree._Element, told: list[str]) -> Iterator[Detail]:
    """Yield what cannot be one of several definitions of an event."""
    throws = kind(event) in _THROWN
    alone = _ALONE | (frozenset() if throws else _BOUND)
    if not throws and event.get("parallelMultiple") == "true":
        alone |= _UNAWAITED
    for each in told:
        if each in alone:
            what = each.removesuffix("EventDefinition")
            yield detail("BPMN-011-3", what=what)
    if len([each for each in told if each in _ENDING]) > 1:
        yield detail("BPMN-011-4")
    if throws and event.get("parallelMultiple") == "true":
        yield detail("BPMN-011-5")
    if throws and vendor.topic_of(event):
        yield detail("BPMN-011-6")


def timers(source: Source) -> Iterator[Finding]:
    """BPMN-050: a timer that cannot be read."""
    for event, definition in _definitions(source, "timer"):
        timer = vendor.timer_in(definition)
        if timer is None:
            yield found("BPMN-050", source, event, detail("BPMN-050-1"))
        elif problem := _not_timer(*timer):
            yield found("BPMN-050", source, event, problem, text=timer[1])


def _not_timer(form: vendor.TimerForm, text: str) -> Detail | None:
    try:
        compile_timer(form, text)
    except feel.FeelSyntaxError as failure:
        return detail("FEEL-001", text=text, failure=not_parsed(failure))
    except (ValueError, OverflowError) as failure:
        return detail("BPMN-050-2", failure=said_by(failure, "TIME-009"))
    return None


def messages(source: Source) -> Iterator[Finding]:
    """BPMN-051: a message or signal without a name, a key or payload that is not FEEL."""
    by_flow = pools.understood(source)
    for event in _events(source):
        for told in _speaking(event):
            ref = told.get("messageRef")
            if (id_of(event) not in by_flow or ref) and not vendor.topic_of(event):
                yield from _message(source, event, ref)
    for event, signal in _definitions(source, "signal"):
        named = source.definitions.get(("signal", str(signal.get("signalRef"))))
        if named is None or not name(named):
            yield found("BPMN-051", source, event, detail("BPMN-051-1"))
    for event, thrown in (*_definitions(source, "message"), *_definitions(source, "signal")):
        for target, text in vendor.payload_of(thrown):
            problem = not_feel(text) if target != vendor.ALL else None
            if problem:
                yield found("BPMN-051", source, event, problem, text=text)


def _speaking(event: etree._Element) -> Iterator[etree._Element]:
    """Yield what names a message: a task itself, an event's definitions."""
    if kind(event) in ("receiveTask", "sendTask"):
        yield event
    yield from (each for each in vendor.events_of(event) if kind(each) == "messageEventDefinition")


def _message(source: Source, event: etree._Element, ref: str | None) -> Iterator[Finding]:
    message = source.definitions.get(("message", ref or ""))
    if message is None or not name(message):
        code = "BPMN-051-3" if kind(event) in _THROWN else "BPMN-051-2"
        yield found("BPMN-051", source, event, detail(code))
        return
    key = vendor.correlation_of(message)
    problem = not_feel(key) if key else None
    if problem:
        yield found("BPMN-051", source, event, problem)


def conditions(source: Source) -> Iterator[Finding]:
    """BPMN-056: a conditional event without a condition in FEEL."""
    for event, conditional in _definitions(source, "conditional"):
        text = text_of(child(conditional, "condition"))
        problem = not_feel(text) if text else detail("BPMN-056-1")
        if problem:
            yield found("BPMN-056", source, event, problem, text=text)
        elif names := _case_data(event, text):
            problem = detail("BPMN-107-1", names=names)
            yield found("BPMN-107", source, event, problem)
        for mark in vendor.unheard_in_condition(conditional):
            yield found(
                "BPMN-081",
                source,
                event,
                detail("BPMN-081-1", mark=mark),
                element=mark,
            )


def _case_data(event: etree._Element, text: str) -> str:
    """Return the variables that the condition of a process's own start event asks for."""
    scope = event.getparent()
    if kind(event) != "startEvent" or scope is None or kind(scope) != "process":
        return ""
    return ", ".join(sorted(compile_feel(text).compiled.names))


def codes(source: Source) -> Iterator[Finding]:
    """BPMN-052: an error or escalation without a code; an error that does not interrupt."""
    for what in ("error", "escalation"):
        for event, definition in _definitions(source, what):
            ref = definition.get(f"{what}Ref")
            told = source.definitions.get((what, str(ref)))
            if ref is not None and (told is None or not told.get(f"{what}Code")):
                problem = detail("BPMN-052-1", what=what, ref=ref)
                yield found("BPMN-052", source, event, problem)
            for mark in vendor.unheard_in_catcher(definition):
                problem = detail("BPMN-081-2", mark=mark)
                yield found("BPMN-081", source, event, problem, element=mark)
            if ref is None and kind(event) in _THROWN:
                problem = detail("BPMN-052-2", what=what)
                yield found("BPMN-052", source, event, problem)
            if what == "error" and "false" in (
                event.get("cancelActivity"),
                event.get("isInterrupting"),
            ):
                yield found("BPMN-052", source, event, detail("BPMN-052-3"))


def boundaries(source: Source) -> Iterator[Finding]:
    """BPMN-054: boundaries on what never waits; on what has none: `rules_standing.hosts`."""
    for scope in _scopes(source):
        known = {id_of(each): each for each in scope}
        for event in children(scope, "boundaryEvent"):
            host = known.get(str(event.get("attachedToRef")))
            undoes = child(event, "compensateEventDefinition") is not None
            if host is None or undoes:
                continue
            if kind(host) in ("task", "manualTask", "scriptTask"):
                yield found(
                    "BPMN-054",
                    source,
                    event,
                    detail("BPMN-054-1", kind=kind(host)),
                )


def _definitions(source: Source, what: str) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Yield the events that have a definition of one kind, with each of these."""
    for event in _events(source):
        for each in vendor.events_of(event):
            if kind(each) == f"{what}EventDefinition":
                yield event, each


def _events(source: Source) -> Iterator[etree._Element]:
    for scope in _scopes(source):
        yield from children(scope, *_RUN, "receiveTask", "sendTask")


def _scopes(source: Source) -> Iterator[etree._Element]:
    for process in processes(source):
        yield from scopes(process)
