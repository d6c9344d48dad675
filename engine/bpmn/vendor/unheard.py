"""Extension elements that would be silently without effect, with what to do instead."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.vendor.marks import CAMUNDA, SPIFF, ZEEBE

_BY_VENDOR = (
    (
        CAMUNDA,
        {
            "in": "a called process sees a copy of all variables",
            "out": "a called process gives all its variables back",
            "errorEventDefinition": "throw the error from the handler",
            "connector": "name a topic that a connector listens to",
            "formData": "name a form with camunda:formRef",
        },
    ),
    (
        SPIFF,
        {
            "messageVariable": "a message's values become variables of their own names",
            "messagePayload": "a message carries what camunda:in names",
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


def unheard(mark: etree._Element) -> str | None:
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
