"""Answers that are documents of the case: the ids of what was handed in with a step."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from forms.components import Field
from forms.kinds import KINDS, Kind, Typed, refused

FILEPICKER: Final = "filepicker"  #: form-js's name


def ids_in(typed: Typed) -> list[str]:
    """Return the ids that stand in a field, one after another with blanks between."""
    return [each for text in typed.get("", []) for each in text.split()]


def _documents(field: Field, typed: Typed) -> list[str]:
    ids = ids_in(typed)
    for each in ids:
        try:
            UUID(each)
        except ValueError:
            raise refused("GEN-FILE-GONE", field) from None
    if len(ids) > 1 and field.extras.get("multiple") is not True:
        raise refused("GEN-FILE-ONE", field)
    return ids


KINDS[FILEPICKER] = Kind(_documents, many=True, properties=frozenset({"accept", "multiple"}))
