"""Rows of a list that stand together: those of one supplier, of one chapter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from forms.components import Component, DynamicList
from forms.sheet import Row


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that follow each other under one heading; without one they are the whole list."""

    title: str
    rows: Sequence[tuple[int, Row]]  #: with its number in the list, from 1
    components: Sequence[Component]  #: of each row, without what the heading says
    is_open: bool


def row_groups(of: DynamicList, rows: Sequence[Row], wrong: Collection[str]) -> list[RowGroup]:
    """Return the rows of a list by what they are grouped by.

    Open are the first group and each in which something is wrong, so that nothing is looked for.

    Args:
        wrong: paths at which something is wrong.
    """
    numbered = list(enumerate(rows, 1))
    by = of.grouped_by
    if by is None:
        return [RowGroup("", numbered, of.components, True)]
    inner = [each for each in of.components if getattr(each, "key", None) != by]
    found: list[RowGroup] = []
    for title, each in groupby(numbered, lambda one: str(one[1].value.get(by, ""))):
        together = list(each)
        inside = tuple(f"{row.path}/" for _, row in together)
        is_open = not found or any(f"{path}/".startswith(inside) for path in wrong)
        found.append(RowGroup(title, together, inner, is_open))
    return found
