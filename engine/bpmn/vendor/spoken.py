"""The expressions of the standard's own elements, turned into FEEL in the tree that is read.

Only the tree in memory is changed: the file stays what its tool wrote.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.languages import Untranslated, is_juel, juel_to_feel, python_to_feel
from engine.bpmn.source import tag, text_of
from engine.bpmn.vendor import spiff

_CONDITIONS = frozenset(
    {
        tag("conditionExpression"),
        tag("condition"),
        tag("completionCondition"),
        tag("activationCondition"),
        tag("loopCondition"),
        tag("loopCardinality"),
        tag("messagePath"),
        tag("from"),
        tag("transformation"),
    }
)
_TIMES = frozenset({tag("timeDate"), tag("timeDuration"), tag("timeCycle")})


def speak_feel(root: etree._Element) -> None:
    """Translate every JUEL text below ``root``, and every Python one in SpiffWorkflow's files.

    What has no FEEL of the same meaning stays as it is, for the rules to refuse.
    """
    python = spiff.is_spoken(root)
    for node in root.iter(*_CONDITIONS, *_TIMES):
        text = text_of(node)
        if text and (python or is_juel(text)) and len(node) == 0:
            _translate(node, text, python=python)


def _translate(node: etree._Element, text: str, *, python: bool) -> None:
    is_time = node.tag in _TIMES
    try:
        if is_juel(text):
            told = juel_to_feel(text)
        elif python and (not is_time or text.startswith(("'", '"'))):
            told = python_to_feel(text)
        else:
            return
    except Untranslated:
        return
    node.text = f"={told}" if is_time else told
    if node.get("language"):
        node.set("language", "feel")
