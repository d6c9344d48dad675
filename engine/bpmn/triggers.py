"""What an event waits for or throws, read from its definition and what that refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from lxml.etree import _Element as Element

from engine.bpmn import correlation, vendor
from engine.bpmn.conditions import Expression, compile_feel
from engine.bpmn.graph import Trigger
from engine.bpmn.source import Source, child, children, id_of, kind, name, text_of
from engine.bpmn.timers import compile_timer

MULTIPLE = "multiple"  #: what an event of several definitions waits for or throws
Named: TypeAlias = "Mapping[str, Element]"  #: messages, signals, errors and escalations, by id


def named(source: Source) -> Named:
    """Return what the events of a file may refer to."""
    kinds = ("message", "signal", "error", "escalation")
    return {id_of(each): each for each in children(source.root, *kinds)}


def trigger_of(node: Element, known: Named) -> Trigger | None:
    """Return the trigger of an event, a receive or a send task; ``None`` when it has none."""
    if kind(node) in ("receiveTask", "sendTask"):
        return _message(node, node, known)
    told = list(vendor.events_of(node))
    if len(told) > 1:
        return Trigger(MULTIPLE)
    return _trigger(node, told[0], known) if told else None


def triggers_of(node: Element, known: Named) -> list[Trigger]:
    """Return what each of several definitions of an event waits for or throws."""
    told = list(vendor.events_of(node))
    return [_trigger(node, each, known) for each in told] if len(told) > 1 else []


def thrown(event: Element, known: Named) -> Trigger:
    """Return what a definition throws that stands in no event."""
    if kind(event) != "messageEventDefinition":
        return _trigger(event, event, known)
    message = known.get(str(event.get("messageRef")))
    told = "" if message is None else name(message) or ""
    return Trigger(
        "message", message=told, correlation=correlation.sent(message), payload=_payload(event)
    )


def _trigger(node: Element, event: Element, known: Named) -> Trigger:
    what = str(kind(event)).removesuffix("EventDefinition")
    if what == "message":
        return _message(node, event, known)
    told = known.get(str(event.get(f"{what}Ref")))
    timer = vendor.timer_in(event)
    condition = text_of(child(event, "condition"))
    return Trigger(
        what,
        timer=compile_timer(*timer) if timer else None,
        message="" if told is None else name(told) or "",
        condition=compile_feel(condition) if condition else None,
        code=None if told is None else told.get(f"{what}Code"),
        activity=event.get("activityRef") or None,
        payload=_payload(event),
    )


def _message(node: Element, event: Element, known: Named) -> Trigger:
    message = known.get(str(event.get("messageRef")))
    keys = correlation.sent(message) if _throws(node) else correlation.awaited(node, message)
    return Trigger(
        "message",
        message="" if message is None else name(message) or "",
        correlation=keys,
        payload=_payload(event),
    )


def _throws(node: Element) -> bool:
    return kind(node) in ("sendTask", "intermediateThrowEvent", "endEvent")


def _payload(event: Element) -> tuple[tuple[str, Expression | None], ...]:
    return tuple(
        (target, None if target == vendor.ALL else compile_feel(text))
        for target, text in vendor.payload_of(event)
    )
