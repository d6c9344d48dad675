"""Extension elements that would be silently without effect, with what to do instead."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.vendor.marks import CAMUNDA, SPIFF, ZEEBE
from engine.findings import Detail, detail

_BY_VENDOR = (
    (
        CAMUNDA,
        {
            "in": detail("BPMN-081-5"),
            "out": detail("BPMN-081-6"),
            "errorEventDefinition": detail("BPMN-081-7"),
            "connector": detail("BPMN-081-8"),
            "formData": detail("BPMN-081-9"),
        },
    ),
    (
        SPIFF,
        {
            "messageVariable": detail("BPMN-081-10"),
            "messagePayload": detail("BPMN-081-11"),
        },
    ),
)
_ADVICE = {
    f"{{{namespace}}}{element}": advice
    for vendor, told in _BY_VENDOR
    for namespace in vendor
    for element, advice in told.items()
}
_OF_TOKENS = frozenset(
    f"{{{namespace}}}{element}"
    for vendor, elements in (
        (CAMUNDA, ("inputOutput", "executionListener", "taskListener")),
        (ZEEBE, ("ioMapping", "executionListeners", "taskListeners")),
        (SPIFF, ("preScript", "postScript")),
    )
    for namespace in vendor
    for element in elements
)


def unheard(mark: etree._Element) -> Detail | None:
    """Return the advice for an extension element without effect; ``None``: let it pass."""
    advice = _ADVICE.get(str(mark.tag))
    return None if advice is None or _harmless(mark) else advice


def is_heard_by_tokens(mark: etree._Element) -> bool:
    """Tell whether an extension element is about a token that comes to its owner or leaves it."""
    return str(mark.tag) in _OF_TOKENS


def _harmless(mark: etree._Element) -> bool:
    """Tell whether it says what is so anyway."""
    return mark.get("variables") == "all" or (
        mark.get("businessKey") is not None and mark.get("source") is None
    )
