"""Two texts that were made of one, put together line by line where they do not touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, NamedTuple

MOST_LINES: Final = 20_000  #: of a text that is looked into


class _Edit(NamedTuple):
    """Lines of the older text that became others; none, where lines came between two."""

    first: int
    last: int  #: exclusive
    lines: tuple[str, ...]


def together(base: str, mine: str, theirs: str) -> str | None:
    r"""Return a text with the changes of both; ``None``: they touch each other somewhere.

    >>> together("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n")
    'A\nb\nC\n'
    >>> together("a\n", "b\n", "c\n") is None
    True
    """
    texts = [each.splitlines(keepends=True) for each in (base, mine, theirs)]
    if max(map(len, texts)) > MOST_LINES:
        return None
    older, *newer = texts
    edits = sorted({edit for each in newer for edit in _edits(older, each)})
    if any(one.last >= other.first for one, other in pairwise(edits)):
        return None
    made = list(older)
    for edit in reversed(edits):
        made[edit.first : edit.last] = edit.lines
    return "".join(made)


def _edits(older: Sequence[str], newer: Sequence[str]) -> Iterator[_Edit]:
    for kind, first, last, start, end in SequenceMatcher(
        None, older, newer, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            yield _Edit(first, last, tuple(newer[start:end]))
