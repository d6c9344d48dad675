"""Where which event may stand: table 10.93 of BPMN 2.0.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.source import child, kind

_PLAIN: Final = frozenset({"message", "timer", "conditional", "signal"})
_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "startEvent": _PLAIN,
    "intermediateCatchEvent": _PLAIN | {"link"},
    "boundaryEvent": _PLAIN | {"error", "escalation", "cancel", "compensate"},
    "intermediateThrowEvent": frozenset({"message", "escalation", "compensate", "link", "signal"}),
    "endEvent": frozenset({"message", "error", "escalation", "cancel", "compensate", "signal"})
    | {"terminate"},
}
_OF_EVENT_SUB_PROCESS: Final = _PLAIN | {"error", "escalation", "compensate"}


def allowed(event: etree._Element) -> frozenset[str]:
    """Return the definitions an event may have where it stands: message, timer, …"""
    scope = event.getparent()
    if kind(event) == "startEvent" and scope is not None and kind(scope) != "process":
        return _OF_EVENT_SUB_PROCESS if scope.get("triggeredByEvent") == "true" else frozenset()
    return _ALLOWED[str(kind(event))]


def needs_one(event: etree._Element) -> bool:
    """Tell whether an event is nothing without a definition."""
    scope = event.getparent()
    in_event_sub_process = scope is not None and scope.get("triggeredByEvent") == "true"
    return kind(event) in ("intermediateCatchEvent", "boundaryEvent") or (
        kind(event) == "startEvent" and in_event_sub_process
    )


def has_reference(event: etree._Element) -> bool:
    """Tell whether an event shares a definition that stands elsewhere."""
    return child(event, "eventDefinitionRef") is not None
