"""Texts of the vendors, turned into FEEL.

What cannot be said in FEEL stays as it was written, and is refused where its place in the
model is checked.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.languages import (
    Untranslated,
    is_juel,
    juel_to_feel,
    python_to_feel,
    quoted,
    template_to_feel,
)


def expression(text: str | None) -> str | None:
    """Return a text that is an expression: FEEL with or without ``=``, or ``${…}``."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    if stripped.startswith("="):
        return stripped[1:].strip()
    return _translated(stripped) if is_juel(stripped) else stripped


def value(text: str | None) -> str | None:
    """Return a text that stands for itself unless it begins with ``=`` or holds ``${…}``."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    if stripped.startswith("="):
        return stripped[1:].strip()
    try:
        return template_to_feel(stripped)
    except Untranslated:
        return stripped


def number(text: str | None) -> str | None:
    """Return a text that is a number or an expression."""
    stripped = (text or "").strip()
    plain = stripped.removeprefix("-")
    return stripped if plain.isascii() and plain.isdigit() else value(text)


def names(text: str | None) -> str | None:
    """Return names with commas between them, or one expression, as a list in FEEL."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    if stripped.startswith("="):
        return stripped[1:].strip()
    parts = [each.strip() for each in _parted(stripped)]
    if len(parts) == 1 and is_juel(stripped):
        return expression(stripped)
    return listed(value(each) for each in parts if each)


def name(text: str | None) -> str | None:
    """Return a plain name as it is, an expression as FEEL after ``=``."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    if is_juel(stripped) and not stripped.startswith("="):
        return "=" + _translated(stripped)
    return stripped


def moment(text: str | None) -> str | None:
    """Return a moment or duration: ISO 8601 as a FEEL string, or an expression."""
    return value(text)


def python(text: str | None) -> str | None:
    """Return a Python expression as FEEL; what is FEEL already stays so."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    try:
        return python_to_feel(stripped)
    except Untranslated:
        return stripped


def listed(items: Iterable[str | None]) -> str:
    """Return a list in FEEL."""
    return "[" + ", ".join(each or "null" for each in items) + "]"


def context(entries: Iterable[tuple[str, str | None]]) -> str:
    """Return a context in FEEL."""
    return "{" + ", ".join(f"{quoted(key)}: {each or 'null'}" for key, each in entries) + "}"


def _translated(text: str) -> str:
    try:
        return juel_to_feel(text)
    except Untranslated:
        return text


def _parted(text: str) -> list[str]:
    """Return what stands between commas that are not inside braces."""
    found, depth = [""], 0
    for each in text:
        depth += {"{": 1, "}": -1}.get(each, 0)
        if each == "," and depth == 0:
            found.append("")
        else:
            found[-1] += each
    return found
