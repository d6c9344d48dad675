"""Reads the values that a test gives to a form as the form's page would: by its rules.

Nobody has a page open then, so this needs no language and no request. A choice may be named by
its label, or by how its label begins, where its value is a number that each database gives
anew: ``contract_id = "1404-D07-0417"``. Documents are not handed in: what asks for them is left
out of the forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.catalogue.handlers import REGISTRY
from engine.play import Proposed
from engine.values import fold
from forms.components import Choice, Field
from forms.documents import FILEPICKER
from forms.kinds import texts_of_kind
from forms.paths import value_at
from forms.reading import read_submission
from forms.schema import Form
from forms.written import written

_SHORTEST: Final = 3  #: letters of a beginning that names a choice


def read_given(asked: Proposed) -> Mapping[str, Any]:
    """Return what the form's page would have read of the values; see `engine.play.replay`.

    What the form has no simple field for, the rows of a table say, is taken as it is.

    Raises:
        FormErrors: with every problem the form finds.
    """
    if asked.form_id is None:
        return asked.values
    form = form_asked(asked)
    raw, rest = dict[str, list[str]](), dict(asked.values)
    for field in _simple_fields(form):
        value = _chosen(field, value_at(asked.values, field.key))
        parts = written(field, value)
        for part in texts_of_kind(field):
            raw[f"{field.key}/{part}" if part else field.key] = parts.get(part, [])
        rest.pop(field.key, None)
    table = None
    if form.lines is not None and form.lines.source and asked.case_id and asked.element:
        table = REGISTRY.rows[form.lines.source](asked.session, asked.case_id, asked.element)
    read = read_submission(
        form, raw, outcome=asked.outcome, table=table, variables=asked.known, now=asked.at
    )
    return {**read, **rest}


def form_asked(asked: Proposed) -> Form:
    """Return the form that values are given to, with what there is to choose."""
    form_id = asked.form_id or ""
    json = asked.definition.bundle.forms.get(form_id, {"id": form_id})
    form = Form.parse(without_documents(json))
    return form.with_choices(
        {
            path: tuple(
                Choice(*each) for each in REGISTRY.options[of.source](asked.session, asked.actor)
            )
            for path, of in form.by_path.items()
            if isinstance(of, Field) and of.source and of.type != "lineTable"
        }
    )


def named(asked: Proposed) -> Mapping[str, Any]:
    """Return values with choices that an area's rows offer named by their labels.

    So a run that somebody played can be played again where those rows have other ids.
    """
    if asked.form_id is None:
        return asked.values
    found = dict(asked.values)
    for field in _simple_fields(form_asked(asked)):
        labels = {each.value: each.label for each in field.choices}
        if field.source and (label := labels.get(str(found.get(field.key)))):
            found[field.key] = label
    return found


def _simple_fields(form: Form) -> Iterator[Field]:
    """Yield the fields outside of rows that somebody fills in."""
    for each in form.fields:
        if not each.readonly and not each.computed and each.type != "lineTable":
            yield each


def _chosen(field: Field, value: Any) -> Any:
    """Return the value of the choice that a text names, the text itself where it names none."""
    if not isinstance(value, str) or not field.choices:
        return value
    if any(each.value == value for each in field.choices):
        return value
    said = fold(value)
    for fits in (said.__eq__, lambda label: len(said) >= _SHORTEST and label.startswith(said)):
        found = {each.value for each in field.choices if fits(fold(each.label))}
        if len(found) == 1:
            return found.pop()
    return value


def without_documents(json: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of a form, or of a part of one, that asks for no documents."""
    kept = [
        without_documents(each)
        for each in json.get("components", ())
        if isinstance(each, dict) and each.get("type") != FILEPICKER
    ]
    return {**json, "components": kept} if "components" in json else dict(json)
