"""Extension elements that would be silently without effect, with what to do instead."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.vendor.marks import CAMUNDA, SPIFF, ZEEBE

_BY_VENDOR = (
    (
        CAMUNDA,
        {
            "inputOutput": "let the form or the handler name its variables",
            "executionListener": "use a service task",
            "taskListener": "use a service task",
            "in": "a called process sees a copy of all variables",
            "out": "a called process gives all its variables back",
            "errorEventDefinition": "throw the error from the handler",
            "connector": "name a topic that a connector listens to",
            "formData": "name a form with camunda:formRef",
        },
    ),
    (
        ZEEBE,
        {
            "ioMapping": "let the form or the handler name its variables",
            "executionListeners": "use a service task",
            "taskListeners": "use a service task",
        },
    ),
    (
        SPIFF,
        {
            "preScript": "let the form or the handler name its variables",
            "postScript": "let the form or the handler name its variables",
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


def unheard(mark: etree._Element) -> str | None:
    """Return the advice for an extension element without effect; ``None``: let it pass."""
    advice = _ADVICE.get(str(mark.tag))
    return None if advice is None or _harmless(mark) else advice


def _harmless(mark: etree._Element) -> bool:
    """Tell whether it says what is so anyway."""
    return mark.get("variables") == "all" or (
        mark.get("businessKey") is not None and mark.get("source") is None
    )
