"""Expressions of other tools, said in FEEL: JUEL (``${…}``) and the simplest of Python.

What means the same in FEEL is translated; what does not is refused with what to write
instead, where that can be guessed. Pure: text in, text out.
"""

import re

from engine.bpmn.languages.feel_text import Untranslated, quoted
from engine.bpmn.languages.juel import (
    bare_to_feel,
    is_juel,
    juel_setting,
    juel_to_feel,
    template_to_feel,
)
from engine.bpmn.languages.python import python_to_feel
from engine.findings import Detail, detail

_OBJECT = re.compile(r"(?:\w+:)?getDataObject\(\s*'(\w+)'\s*\)")
_EQUAL = re.compile(r"(?<![=!<>])=(?!=)")

__all__ = [
    "Untranslated",
    "is_juel",
    "juel_setting",
    "juel_to_feel",
    "python_to_feel",
    "quoted",
    "said_instead",
    "template_to_feel",
]


def said_instead(text: str) -> Detail | None:
    """Return what to write where FEEL is asked for; ``None`` when nothing can be guessed.

    >>> str(said_instead("amount == 5"))
    'write amount = 5'
    >>> str(said_instead("bpmn:getDataObject('kind') = 'goods'"))
    'write kind = "goods"'
    """
    if text.startswith("{%"):  # what a vendor's script is read into
        return detail("LANG-043")
    try:
        plain = _OBJECT.sub(r"\1", text)  # the standard's function for XPath, clause 10.4.4
        feel = juel_to_feel(plain) if is_juel(plain) else bare_to_feel(_EQUAL.sub("==", plain))
        return detail("LANG-044", feel=feel)
    except Untranslated as refusal:
        return refusal.detail if is_juel(text) else None
