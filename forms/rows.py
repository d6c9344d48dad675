"""Adding and taking away rows of a dynamic list in what was typed, before any of it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from forms.paths import ROWS

Text = TypeVar("Text", str, list[str])


def with_row(typed: Mapping[str, Text], path: str, count: Text) -> dict[str, Text]:
    """Return what was typed with a list of ``count`` rows.

    >>> with_row({"a/rows": "1", "a/0/x": "1"}, "a", "2")
    {'a/rows': '2', 'a/0/x': '1'}
    """
    return {**typed, f"{path}/{ROWS}": count}


def without_row(typed: Mapping[str, Text], row: str, count: Text) -> dict[str, Text]:
    """Return what was typed without one row; those after it move up.

    Args:
        row: the path of the row, such as ``items/1``.
        count: how many rows are left.

    >>> without_row({"a/rows": "2", "a/0/x": "1", "a/1/x": "2", "a/1/b/0/y": "3"}, "a/0", "1")
    {'a/rows': '1', 'a/0/x': '2', 'a/0/b/0/y': '3'}
    """
    path, _, gone = row.rpartition("/")
    left: dict[str, Text] = {}
    for name, text in typed.items():
        number, _, rest = name.removeprefix(f"{path}/").partition("/")
        if not name.startswith(f"{path}/") or not number.isdigit():
            left[name] = text
        elif int(number) != int(gone):
            moved = int(number) - (int(number) > int(gone))
            left[f"{path}/{moved}/{rest}"] = text
    return with_row(left, path, count)
