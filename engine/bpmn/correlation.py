"""How a message finds its case by what it says: the key, as Camunda 8 or the standard writes it.

BPMN 2.0.2 §8.3.2: a correlation property says, for each message, where in it the property
stands; a correlation subscription of a process says what the property must equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from lxml import etree

from engine.bpmn import vendor
from engine.bpmn.conditions import Expression, compile_feel
from engine.bpmn.source import child, children, id_of, kind, text_of

Keys: TypeAlias = "tuple[tuple[str, Expression], ...]"  #: name and FEEL of each part of a key
KEY = "correlationKey"  #: the name of the only part where Camunda 8 says it


def sent(message: etree._Element | None) -> Keys:
    """Return what the key of a thrown message is worked out by, over what it says."""
    if message is None:
        return ()
    told = vendor.correlation_of(message)
    return ((KEY, compile_feel(told)),) if told else _compiled(_retrieved(message))


def awaited(node: etree._Element, message: etree._Element | None) -> Keys:
    """Return what the key of a message awaited at ``node`` is worked out by, over the case."""
    if message is None:
        return ()
    told = vendor.correlation_of(message)
    if told:
        return ((KEY, compile_feel(told)),)
    found = _retrieved(message)
    if not found:
        return ()
    process = next(each for each in node.iterancestors() if kind(each) == "process")
    bound = dict(_bound(process))
    return _compiled({each: bound[each] for each in found}) if found.keys() <= bound.keys() else ()


def _retrieved(message: etree._Element) -> Mapping[str, str]:
    """Return where in a message the standard's correlation properties stand: FEEL, by property."""
    found: dict[str, str] = {}
    for each in children(message.getroottree().getroot(), "correlationProperty"):
        for expression in children(each, "correlationPropertyRetrievalExpression"):
            if _ref(expression, "messageRef") == id_of(message):
                found[id_of(each)] = text_of(child(expression, "messagePath"))
    return dict(sorted(found.items()))


def kept_for(node: etree._Element) -> str | None:
    """Return how long what an element sends is kept: its property ``timeToLive``, as written."""
    extensions = child(node, "extensionElements")
    if extensions is None or not any(str(each.tag).endswith("}properties") for each in extensions):
        return None
    return dict(vendor.said_of(node).properties).get("timeToLive")


def texts(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield every expression of the standard's correlation with the element that says it."""
    for each in children(root, "correlationProperty"):
        for expression in children(each, "correlationPropertyRetrievalExpression"):
            yield each, text_of(child(expression, "messagePath"))
    for process in children(root, "process"):
        for _, text in _bound(process):
            yield process, text


def _bound(process: etree._Element) -> Iterator[tuple[str, str]]:
    for subscription in children(process, "correlationSubscription"):
        for each in children(subscription, "correlationPropertyBinding"):
            yield _ref(each, "correlationPropertyRef"), text_of(child(each, "dataPath"))


def _compiled(found: Mapping[str, str]) -> Keys:
    return tuple((each, compile_feel(text)) for each, text in found.items())


def _ref(element: etree._Element, attribute: str) -> str:
    return str(element.get(attribute) or "").rpartition(":")[2]
