"""What belongs together without a flow: compensation handlers and links."""

from __future__ import annotations

from collections import defaultdict

from lxml import etree

from engine.bpmn.source import child, children, id_of, name


def handlers(scope: etree._Element) -> dict[str, str]:
    """Return what undoes each activity: its compensation boundary event's association."""
    able = {id_of(each) for each in children(scope) if each.get("isForCompensation") == "true"}
    joined: dict[str, list[str]] = defaultdict(list)
    for each in children(scope, "association"):
        one, other = str(each.get("sourceRef")), str(each.get("targetRef"))
        joined[one].append(other)
        joined[other].append(one)
    found: dict[str, str] = {}
    for event in children(scope, "boundaryEvent"):
        if child(event, "compensateEventDefinition") is not None:
            undoing = [each for each in joined[id_of(event)] if each in able]
            if undoing:
                found[str(event.get("attachedToRef"))] = undoing[-1]
    return found


def links(scope: etree._Element) -> dict[str, str]:
    """Return where each link thrown in a (sub-)process goes on: caught by the same name."""
    caught = {
        link_name(each): id_of(each)
        for each in children(scope, "intermediateCatchEvent")
        if link_name(each) is not None
    }
    thrown = {
        id_of(each): link_name(each)
        for each in children(scope, "intermediateThrowEvent")
        if link_name(each) is not None
    }
    return {each: caught[link] for each, link in thrown.items() if link in caught}


def link_name(event: etree._Element) -> str | None:
    """Return the name of an event's link, else the event's; ``None`` when it is no link event."""
    link = child(event, "linkEventDefinition")
    return None if link is None else name(link) or name(event) or ""
