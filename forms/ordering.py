"""In which order the fields of a form are worked out: each after what its expressions read.

So one pass is enough, and a form whose expressions wait for each other is refused when it is
deployed instead of never coming to rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from forms.components import DynamicList, Field
from forms.expressions import depends

Asking = Field | DynamicList


class Waiting(ValueError):
    """Expressions of these fields wait for each other."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = tuple(keys)


def in_order(fields: Sequence[Asking]) -> tuple[Asking, ...]:
    """Return fields of one level so that each comes after those it reads.

    What reads nothing of the others stays where it is.

    Raises:
        Waiting: some of them read each other, or themselves.
    """
    if not any(each.expressions for each in fields):
        return tuple(fields)
    before = [_read_by(each, fields) for each in fields]
    done: list[int] = []
    placed: set[int] = set()
    while len(done) < len(fields):
        free = [n for n, needs in enumerate(before) if n not in placed and needs <= placed]
        if not free:
            raise Waiting([each.key for n, each in enumerate(fields) if n not in placed])
        done += free
        placed.update(free)
    return tuple(fields[n] for n in done)


def _read_by(field: Asking, fields: Sequence[Asking]) -> set[int]:
    """Return the places of the fields that one reads; of a list's rows what lies outside."""
    references = {each for feel in field.expressions for each in feel.references}
    if isinstance(field, DynamicList):
        inner = [each.key for each in field.fields]
        references = {
            each for each in references if not any(depends(each, key) for key in inner)
        } | {each for feel in field.hide for each in feel.references}
    return {
        n
        for n, other in enumerate(fields)
        if any(depends(reference, other.key) for reference in references)
    }
