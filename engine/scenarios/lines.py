"""At which line of a TOML file each of its keys stands, for telling where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_HEADER: Final = re.compile(r"\s*\[(\[)?\s*(.+?)\s*\]")
_NAME: Final = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
_KEY: Final = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_PART: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")
_LONG: Final = re.compile(r'"""|\'\'\'')


def lines_of(text: str) -> Mapping[str, int]:
    """Return the line of each table and key by its path, such as ``step/2/expect/open``.

    The elements of an array of tables are counted from 1. The text is one that TOML's reader
    takes; what stands within texts over several lines is no key.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, closes = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        if closes:
            closes = "" if closes in line else closes
            continue
        if (header := _HEADER.match(line)) and not _KEY.match(line):
            table = _table(_path(header[2]), bool(header[1]), counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            parts = _path(key[1])
            for end in range(1, len(parts) + 1):
                found.setdefault("/".join([*filter(None, [table]), *parts[:end]]), number)
        if len(marks := _LONG.findall(line)) == 1:
            closes = marks[0]
    return found


def _table(parts: list[str], is_array: bool, counts: dict[str, int]) -> str:
    """Return the path of a header, arrays on the way by the number of their last element."""
    path = ""
    for position, part in enumerate(parts, 1):
        path = f"{path}/{part}" if path else part
        if is_array and position == len(parts):
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = f"{path}/{counts[path]}"
    return path


def _path(dotted: str) -> list[str]:
    return [one or other or bare for one, other, bare in _PART.findall(dotted)]
