"""JUEL cut into words, signs, numbers and texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.bpmn.languages.feel_text import Untranslated
from engine.findings import detail

_WORD = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d{1,2})?|\.\d+)(?![\w$])"
    r"|(?P<name>[^\W\d][\w]*)"
    r"|'(?P<single>(?:[^'\\]|\\.)*)'"
    r'|"(?P<double>(?:[^"\\]|\\.)*)"'
    r"|(?P<sign>&&|\|\||[=!<>]=|[-+*/%<>!?:.,()\[\]}]))",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_OPERATORS = frozenset(
    {"and", "or", "not", "empty", "div", "mod", "eq", "ne", "lt", "le", "gt", "ge", "instanceof"}
)
#: what Camunda 7 calls its own parts; no variable of a case
UNKNOWN = {
    name: (detail("LANG-021", name=name), detail("LANG-022"))
    for name in ("execution", "task", "delegateTask", "delegateExecution", "caseExecution")
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the text, counted from 0."""

    kind: Literal["number", "text", "name", "word", "sign"]
    text: str
    at: int
    number: Decimal | None = None


def words(text: str, *, until_brace: bool = False) -> Iterator[Word]:
    """Yield the words of an expression; the brace that closes it is the last, where asked for.

    Raises:
        Untranslated: a character that JUEL does not know.
    """
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _WORD.match(text, at)
        if match is None:
            odd = text[at:].lstrip()[:1]
            told = detail("LANG-012", text=text, odd=odd)
            raise Untranslated(text, told, detail("LANG-013"))
        word = _word(match)
        yield word
        if until_brace and word.text == "}" and word.kind == "sign":
            return
        at = match.end()


def _word(match: re.Match[str]) -> Word:
    at = match.start(str(match.lastgroup))
    if number := match["number"]:
        return Word("number", number, at, Decimal(number))
    for quote in ("single", "double"):
        if (told := match[quote]) is not None:
            return Word("text", _ESCAPED.sub(r"\1", told), at)
    if name := match["name"]:
        return Word("word" if name in _OPERATORS else "name", name, at)
    return Word("sign", match["sign"], at)
