"""Two versions of a file that were made of one: put together, if that says what both say."""

from __future__ import annotations

from collections.abc import Hashable

from engine.changes import Added, Change, Moved, Part, compare
from engine.changes.lines import together
from engine.versions.trees import file_tree


def merged(name: str, base: bytes, mine: bytes, theirs: bytes) -> bytes | None:
    """Return a file with the changes of both; ``None``: somebody has to choose.

    The lines are put together, and the result is held against what both changed, element by
    element: it has all of it and nothing else, or it is not given.
    """
    try:
        text = together(base.decode(), mine.decode(), theirs.decode())
    except UnicodeDecodeError:
        return None
    if text is None:
        return None
    made = text.encode()
    first = file_tree(name, base)
    both = _said(first, file_tree(name, mine)) | _said(first, file_tree(name, theirs))
    return made if _said(first, file_tree(name, made)) == both else None


def _said(old: Part, new: Part) -> set[Hashable]:
    """Return what makes one file of another, but for where exactly parts stand."""
    return {_apart_from_order(each) for each in compare(old, new).changes}


def _apart_from_order(change: Change) -> Hashable:
    match change:
        case Added():
            return "added", change.place, change.part
        case Moved():
            return "moved", change.place
    return change
