"""Whether the documents an answer names are there: in this case, and not withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.errors import Problem
from engine.queries import documents
from forms import FILEPICKER, Field, Form, FormErrors
from forms.errors import Raw
from webapp.request import reader


def must_be_there(form: Form, values: Mapping[str, Any], instance_id: UUID, raw: Raw) -> None:
    """Refuse an answer with documents of another case, or with some that were withdrawn.

    A form without such a question asks nothing of the database.

    Raises:
        FormErrors: which fields name them.
    """
    named = {
        each.key: [UUID(one) for one in values.get(each.key) or ()]
        for each in form.fields
        if isinstance(each, Field) and each.type == FILEPICKER
    }
    ids = {one for each in named.values() for one in each}
    if not ids:
        return
    with reader() as session:
        gone = documents.missing(session, instance_id, ids)
    problems = [Problem("GEN-FILE-GONE", key) for key, each in named.items() if gone & {*each}]
    if problems:
        raise FormErrors(problems, raw)
