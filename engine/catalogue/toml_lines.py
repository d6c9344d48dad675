"""Changing one value of a TOML file and nothing else: comments, order and spaces stay.

The line is written over in the text, and what came of it is read again: where anything but the
one value would be different, nothing is changed.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

_HEADER: Final = re.compile(r"^\s*\[\s*(?P<path>[^\[\]]+?)\s*\]\s*(#.*)?$")
_ANY_HEADER: Final = re.compile(r"^\s*\[")
_REST: Final = re.compile(r"^\s*(#.*)?$")
_BARE: Final = re.compile(r"^[A-Za-z0-9_-]+$")

Value = str | Mapping[str, str]


class NotPlain(ValueError):
    """The file writes it in a way that only a person should change."""


def put(text: str, table: Sequence[str], key: str, value: Value | None) -> str:
    r"""Return the text with a value written into a table, or with ``None`` taken out of it.

    Args:
        value: a string, or strings by name, which become an inline table.

    Raises:
        NotPlain: the text is no TOML, or says it in a way that is not one line of its table.

    >>> put('[a]\\nx = "1"  # one\\n', ["a"], "y", "2")
    '[a]\\nx = "1"  # one\\ny = "2"\\n'
    """
    document = _read(text)
    if value is None and not _has(document, table, key):
        return text
    wanted = _with(document, table, key, value)
    lines = text.splitlines()
    begins = _line_of(lines, table)
    if begins is None:
        changed = _appended(lines, table, key, value)
    else:
        changed = _changed(lines, begins, key, value)
    written = "\n".join(changed) + "\n"
    if _read(written) != wanted:
        raise NotPlain(f"{'.'.join([*table, key])} is not written on a line of its table")
    return written


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise NotPlain(str(wrong)) from wrong


def _has(document: Mapping[str, Any], table: Sequence[str], key: str) -> bool:
    within: Any = document
    for each in table:
        within = within.get(each) if isinstance(within, dict) else None
    return isinstance(within, dict) and key in within


def _with(
    document: dict[str, Any], table: Sequence[str], key: str, value: Value | None
) -> dict[str, Any]:
    """Return what the file is to say, for the text to be held against."""
    within = document
    for each in table:
        within = within.setdefault(each, {})
        if not isinstance(within, dict):
            raise NotPlain(f"{each} is no table")
    if value is None:
        within.pop(key, None)
    else:
        within[key] = value if isinstance(value, str) else dict(value)
    return document


def _line_of(lines: Sequence[str], table: Sequence[str]) -> int | None:
    written = ".".join(_key(each) for each in table)
    for at, line in enumerate(lines):
        found = _HEADER.match(line)
        if found and re.sub(r"\s*\.\s*", ".", found["path"]) == written:
            return at
    return None


def _changed(lines: Sequence[str], begins: int, key: str, value: Value | None) -> list[str]:
    rest = enumerate(lines[begins + 1 :], begins + 1)
    ends = next((at for at, line in rest if _ANY_HEADER.match(line)), len(lines))
    is_it = re.compile(rf"^\s*{re.escape(_key(key))}\s*=")
    place = next((at for at in range(begins + 1, ends) if is_it.match(lines[at])), None)
    made = [] if value is None else [f"{_key(key)} = {_told(value)}"]
    if place is not None:
        return [*lines[:place], *made, *lines[place + 1 :]]
    while ends > begins + 1 and _REST.match(lines[ends - 1]):  # what stands above the next table
        ends -= 1
    return [*lines[:ends], *made, *lines[ends:]]


def _appended(
    lines: Sequence[str], table: Sequence[str], key: str, value: Value | None
) -> list[str]:
    if value is None:
        return list(lines)
    header = f"[{'.'.join(_key(each) for each in table)}]"
    return [*lines, *([""] if lines else []), header, f"{_key(key)} = {_told(value)}"]


def _key(key: str) -> str:
    return key if _BARE.match(key) else json.dumps(key, ensure_ascii=False)


def _told(value: Value) -> str:
    if isinstance(value, str):
        return _quoted(value)
    parts = ", ".join(f"{_key(name)} = {_quoted(each)}" for name, each in value.items())
    return f"{{ {parts} }}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
