"""Where expressions say a variable: in FEEL, and in the languages of other modelers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from engine.bpmn.languages import Untranslated, is_juel
from engine.bpmn.languages.juel_words import words
from engine.feel import FeelSyntaxError
from engine.feel.occurrences import occurrences

#: what a text is: FEEL; FEEL after ``=`` or JUEL in ``${…}``, else itself; Python; a plain name
Language = Literal["feel", "tests", "open", "python", "name"]
_OPENING: Final = re.compile(r"[$#]\{")
_SETS: Final = ("setVariable", "setVariableLocal")


@dataclass(slots=True)
class Said:
    """Where a text says a name, in characters of the text."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    is_clear: bool = True  #: false: it says the word where nobody knows what it means

    def anew(self, text: str, new: str) -> str:
        """Return the text with another name."""
        for start, end in sorted(self.spans, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def said_in_text(text: str, name: str, language: Language) -> Said:
    """Return where a text says a variable."""
    if name not in text:
        return Said()
    try:
        match language:
            case "name":
                found = _named(text, name)
            case "python":
                found = Said(list(_in_python(text, name)))
            case "tests":
                found = _in_feel(text, name, are_tests=True)
            case _:
                found = _in_expression(text, name, is_feel=language == "feel")
        return found
    except (FeelSyntaxError, Untranslated, SyntaxError, ValueError, RecursionError, MemoryError):
        return Said(is_clear=not _has_word(text, name))


def _has_word(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _named(text: str, name: str) -> Said:
    """Tell whether a text names the variable, or something inside of it."""
    match = re.match(rf"\s*=?\s*({re.escape(name)})\s*(?:[./].*)?$", text, re.DOTALL)
    return Said([match.span(1)] if match else [])


def _in_expression(text: str, name: str, *, is_feel: bool) -> Said:
    equals = re.match(r"\s*=", text)
    if equals:
        return _in_feel(text, name, after=equals.end())
    if is_juel(text):
        return Said(list(_in_juel(text, name)))
    return _in_feel(text, name) if is_feel else Said()


def _in_feel(text: str, name: str, *, after: int = 0, are_tests: bool = False) -> Said:
    found = occurrences(text[after:], name, are_tests=are_tests)
    spans = [(after + each.start, after + each.end) for each in found]
    return Said(spans, all(each.is_sure for each in found))


def _in_juel(text: str, name: str) -> Iterator[tuple[int, int]]:
    for opening in _OPENING.finditer(text):
        before = ("", "")
        for word in words(text[opening.end() :], until_brace=True):
            start = opening.end() + word.at
            is_set = word.kind == "text" and before[0] in _SETS and before[1] == "("
            if word.text == name and (is_set or (word.kind == "name" and before[1] != ".")):
                yield start, start + len(name)
            before = (before[1], word.text)


def _in_python(text: str, name: str) -> Iterator[tuple[int, int]]:
    lines = text.splitlines(keepends=True)
    shift = len(text) - len(text.lstrip()) if len(lines) == 1 else 0
    for node in ast.walk(ast.parse(text.lstrip() if shift else text)):
        if isinstance(node, ast.Name) and node.id == name:
            line = lines[node.lineno - 1]
            before = line.encode()[: shift + node.col_offset].decode()
            start = sum(map(len, lines[: node.lineno - 1])) + len(before)
            yield start, start + len(name)
