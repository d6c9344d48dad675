"""The marker of a multi-instance activity, read: which events it throws, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import vendor
from engine.bpmn.source import child, children, text_of

MARKER = "multiInstanceLoopCharacteristics"
BEHAVIOURS = ("None", "One", "All", "Complex")
_REFS = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}


@dataclass(frozen=True, slots=True)
class ThrownText:
    """An event that is thrown when an item is done, as written."""

    definition: etree._Element | None  #: None: the file does not have what the marker names
    only_first: bool = False
    condition: str | None = None


def thrown_by(activity: etree._Element) -> Iterator[ThrownText]:
    """Yield what is thrown by the items of a multi-instance activity."""
    marker = child(activity, MARKER)
    if marker is None:
        return
    behaviour = marker.get("behavior", "All")
    if behaviour in _REFS:
        told = str(marker.get(_REFS[behaviour]) or "").rpartition(":")[2]
        root = activity.getroottree().getroot()
        found = next((each for each in children(root) if told and each.get("id") == told), None)
        yield ThrownText(found, only_first=behaviour == "One")
    elif behaviour == "Complex":
        for each in children(marker, "complexBehaviorDefinition"):
            yield from _complex(each)


def _complex(definition: etree._Element) -> Iterator[ThrownText]:
    condition = text_of(child(definition, "condition")) or None
    thrown = child(definition, "event")
    told = [] if thrown is None else list(vendor.events_of(thrown))
    yield from (ThrownText(each, condition=condition) for each in told)
    if not told:
        yield ThrownText(None, condition=condition)
