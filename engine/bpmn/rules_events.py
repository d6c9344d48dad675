"""Lint of events: what each waits for, throws or catches."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine import feel
from engine.bpmn import vendor
from engine.bpmn.findings import Finding, found
from engine.bpmn.graph import ACTIVITIES
from engine.bpmn.rules_shapes import not_feel
from engine.bpmn.source import Source, child, children, id_of, kind, name, processes, scopes
from engine.bpmn.timers import compile_timer

_RUN: dict[str, frozenset[str]] = {
    "startEvent": frozenset({"messageEventDefinition", "timerEventDefinition"}),
    "intermediateCatchEvent": frozenset({"messageEventDefinition", "timerEventDefinition"}),
    "intermediateThrowEvent": frozenset({"messageEventDefinition"}),
    "boundaryEvent": frozenset(
        {
            "messageEventDefinition",
            "timerEventDefinition",
            "errorEventDefinition",
        }
    ),
    "endEvent": frozenset(
        {
            "messageEventDefinition",
            "errorEventDefinition",
            "terminateEventDefinition",
        }
    ),
}
_ADVICE = {
    "signalEventDefinition": "use a message",
    "linkEventDefinition": "draw the flow",
    "compensateEventDefinition": "draw the undoing steps as ordinary flow",
    "conditionalEventDefinition": "use a message, or a gateway where the condition is decided",
    "escalationEventDefinition": "use an error or a message",
    "cancelEventDefinition": "use an error",
}
_ABSENT = "needs an event definition"


def definitions(source: Source) -> Iterator[Finding]:
    """BPMN-011: an event of a kind that is not run."""
    for scope in _scopes(source):
        for event in children(scope, *_RUN):
            for problem in _definition(
                event, inside=scope.get("isExecutable") is None and kind(scope) == "subProcess"
            ):
                yield found("BPMN-011", source, event, problem)


def _definition(event: etree._Element, *, inside: bool) -> Iterator[str]:
    told = [str(kind(each)) for each in vendor.events_of(event)]
    if child(event, "eventDefinitionRef") is not None:
        yield "a shared event definition is not run: write it into the event"
    if len(told) > 1:
        yield "more than one event definition is not run: draw one event for each"
    if not told and kind(event) in ("intermediateCatchEvent", "boundaryEvent"):
        yield _ABSENT
    if told and inside and kind(event) == "startEvent":
        yield "a sub-process starts with a plain start event"
    for each in told:
        if each not in _RUN[str(kind(event))]:
            advice = _ADVICE.get(each, "use a message or a timer")
            what = each.removesuffix("EventDefinition")
            yield f"a {what} {kind(event)} is not run: {advice}"


def timers(source: Source) -> Iterator[Finding]:
    """BPMN-050, BPMN-053: a timer that cannot be read, a repeating one out of place."""
    for event in _events(source):
        if child(event, "timerEventDefinition") is None:
            continue
        timer = vendor.timer_of(event)
        if timer is None:
            yield found("BPMN-050", source, event, "the timer says no time")
            continue
        if (
            kind(event) != "startEvent"
            and timer[0] == "cycle"
            and not (kind(event) == "boundaryEvent" and event.get("cancelActivity") == "false")
        ):
            yield found(
                "BPMN-053",
                source,
                event,
                "a repeating timer stands on a non-interrupting boundary only",
            )
        problem = _not_timer(*timer) if kind(event) != "startEvent" else None
        if problem:
            yield found("BPMN-050", source, event, problem, text=timer[1])


def _not_timer(form: vendor.TimerForm, text: str) -> str | None:
    try:
        compile_timer(form, text)
    except feel.FeelSyntaxError as failure:
        return f"{text!r} is not FEEL: {failure}"
    except (ValueError, OverflowError) as failure:
        return f"{failure}; a FEEL expression begins with ="
    return None


def messages(source: Source) -> Iterator[Finding]:
    """BPMN-051: a message without a name, or a correlation key that is not FEEL."""
    known = {id_of(each): each for each in children(source.root, "message")}
    for event in _events(source):
        speaks = child(event, "messageEventDefinition") is not None
        if (not speaks and kind(event) != "receiveTask") or vendor.topic_of(event):
            continue
        message = known.get(vendor.message_ref_of(event) or "")
        if message is None or not name(message):
            if kind(event) not in ("intermediateThrowEvent", "endEvent"):
                yield found("BPMN-051", source, event, "needs a messageRef to a named message")
            continue
        key = vendor.correlation_of(message)
        problem = not_feel(key) if key else None
        if problem:
            yield found("BPMN-051", source, event, problem)


def boundaries(source: Source) -> Iterator[Finding]:
    """BPMN-052, BPMN-054: errors without a code, boundaries on nothing."""
    errors = {id_of(each): each for each in children(source.root, "error")}
    for event in _events(source):
        error = child(event, "errorEventDefinition")
        ref = None if error is None else error.get("errorRef")
        if ref is not None and (ref not in errors or not errors[ref].get("errorCode")):
            yield found("BPMN-052", source, event, f"errorRef {ref} leads to no error with a code")
        if error is not None and ref is None and kind(event) == "endEvent":
            yield found("BPMN-052", source, event, "an error end event needs an errorRef")
        if error is not None and event.get("cancelActivity") == "false":
            yield found("BPMN-052", source, event, "an error boundary event always interrupts")
    for scope in _scopes(source):
        known = {id_of(each): each for each in scope}
        for event in children(scope, "boundaryEvent"):
            host = known.get(str(event.get("attachedToRef")))
            if host is None or kind(host) not in ACTIVITIES:
                yield found("BPMN-054", source, event, "is attached to no activity beside it")
            elif kind(host) in ("task", "manualTask", "scriptTask"):
                yield found(
                    "BPMN-054",
                    source,
                    event,
                    f"a {kind(host)} never waits: no boundary event can happen on it",
                )


def event_gateways(source: Source) -> Iterator[Finding]:
    """BPMN-055: an event-based gateway before anything but timers and messages."""
    for scope in _scopes(source):
        known = {id_of(each): each for each in children(scope)}
        flows = list(children(scope, "sequenceFlow"))
        for gateway in children(scope, "eventBasedGateway"):
            if gateway.get("instantiate") == "true":
                yield found("BPMN-055", source, gateway, "an instantiating gateway is not run")
            for flow in (each for each in flows if each.get("sourceRef") == id_of(gateway)):
                target = known.get(str(flow.get("targetRef")))
                if target is not None and not _awaits(target, flows):
                    yield found(
                        "BPMN-055",
                        source,
                        gateway,
                        f"{id_of(target)} after it must be a timer, a message or a receive "
                        "task, with no other flow into it and no boundary event",
                    )


def _awaits(target: etree._Element, flows: list[etree._Element]) -> bool:
    incoming = [each for each in flows if each.get("targetRef") == id_of(target)]
    parent = target.getparent()
    marked = (
        []
        if parent is None
        else [
            each
            for each in children(parent, "boundaryEvent")
            if each.get("attachedToRef") == id_of(target)
        ]
    )
    return (
        kind(target) in ("intermediateCatchEvent", "receiveTask")
        and len(incoming) == 1
        and not marked
        and vendor.loop_of(target) is None
    )


def _events(source: Source) -> Iterator[etree._Element]:
    for scope in _scopes(source):
        yield from children(scope, *_RUN, "receiveTask")


def _scopes(source: Source) -> Iterator[etree._Element]:
    for process in processes(source):
        yield from scopes(process)
