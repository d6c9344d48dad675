"""Which documents an answer names, and whether they are there: in this case, not withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from engine.errors import Problem
from engine.queries import documents
from forms import FILEPICKER, DynamicList, Field, Form, FormErrors
from forms.components import asking
from forms.errors import Raw
from forms.paths import value_at
from webapp.request import reader


def named_in(form: Form, values: Mapping[str, Any]) -> dict[str, list[UUID]]:
    """Return the documents an answer names, by the path of the field that asked for them."""
    return {path: ids for path, ids in _named(asking(form.components), values, "") if ids}


def must_be_there(form: Form, values: Mapping[str, Any], instance_id: UUID, raw: Raw) -> None:
    """Refuse an answer with documents of another case, or with some that were withdrawn.

    A form without such a question asks nothing of the database.

    Raises:
        FormErrors: which fields name them.
    """
    named = named_in(form, values)
    ids = {one for each in named.values() for one in each}
    if not ids:
        return
    with reader() as session:
        gone = documents.missing(session, instance_id, ids)
    problems = [Problem("GEN-FILE-GONE", path) for path, each in named.items() if gone & {*each}]
    if problems:
        raise FormErrors(problems, raw)


def _named(
    asked: Iterable[Field | DynamicList], values: Mapping[str, Any], before: str
) -> Iterator[tuple[str, list[UUID]]]:
    for each in asked:
        path = f"{before}{each.key}"
        if isinstance(each, DynamicList):
            for number, row in enumerate(value_at(values, each.key) or ()):
                yield from _named(each.fields, row, f"{path}/{number}/")
        elif each.type == FILEPICKER:
            yield path, [UUID(one) for one in value_at(values, each.key) or ()]
