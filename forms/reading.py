"""Reading what was submitted: every field checked on the server, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from engine.catalogue.lines import LineTable
from engine.errors import Problem
from forms.errors import FormErrors, Raw
from forms.kinds import Refused, value_of
from forms.line_table import read_lines
from forms.schema import Field, Form

Json: TypeAlias = "str | int | bool | Decimal | list[Json] | dict[str, Json] | None"


def read_submission(
    form: Form,
    raw: Raw,
    *,
    outcome: str | None = None,
    draft: Mapping[str, str] | None = None,
    table: LineTable | None = None,
) -> dict[str, Json]:
    """Return the checked answer to a form.

    Only fields the form asks for with this outcome are read: what a page does not ask, a
    read-only or an unknown field, is never accepted. An empty optional field is ``None``.

    Args:
        raw: what was posted, by field path.
        outcome: the outcome chosen; it stands in the answer as ``outcome``.
        draft: cells of the line table saved before; a posted cell replaces its draft.
        table: the rows of the form's line table, if it has one.

    Raises:
        FormErrors: with every problem, in document order.
    """
    answer: dict[str, Json] = {}
    problems: list[Problem] = []
    chosen = form.outcome(outcome)
    if form.outcomes:
        answer["outcome"] = outcome
        if chosen is None:
            problems.append(Problem("GEN-OUTCOME", "outcome"))
    for field in form.fields:
        if not field.is_asked_for(outcome):
            continue
        if field.type == "lineTable":
            answer[field.key], found = _lines(field, raw, draft or {}, table)
            problems += found
            continue
        try:
            required = field.required or (chosen is not None and field.key in chosen.requires)
            answer[field.key] = _answer(field, raw, required)
        except Refused as refused:
            problems.append(refused.problem)
    if any(each.severity == "error" for each in problems):
        raise FormErrors(problems, raw)
    return answer


def check_field(field: Field, typed: str) -> Problem | None:
    """Return what is wrong with a text typed in one field; an empty one is fine until sent."""
    try:
        _answer(field, {field.key: typed}, required=False)
    except Refused as refused:
        return refused.problem
    return None


def _answer(field: Field, raw: Raw, required: bool) -> Json:
    texts = _texts(raw.get(field.key))
    if field.type == "checkbox":
        ticked = bool(texts) and texts[-1] not in ("", "false", "0")
        if required and not ticked:
            raise Refused(Problem("GEN-REQUIRED", field.key))
        return ticked
    if not texts:
        if required:
            raise Refused(Problem("GEN-REQUIRED", field.key))
        return [] if field.type == "checklist" else None
    if field.type == "checklist":
        return _checklist(field, texts)
    return value_of(field, texts[-1])


def _checklist(field: Field, texts: list[str]) -> list[Json]:
    if {*texts} - {each.value for each in field.choices}:
        raise Refused(Problem("GEN-CHOICE", field.key))
    return [each.value for each in field.choices if each.value in texts]


def _texts(given: str | list[str] | None) -> list[str]:
    """Return the texts given for a field, those that say nothing left out."""
    texts = given if isinstance(given, list) else [given or ""]
    return [each for each in texts if each.strip()]


def _lines(
    field: Field, raw: Raw, draft: Mapping[str, str], table: LineTable | None
) -> tuple[Json, tuple[Problem, ...]]:
    if table is None or table.entry is None:
        return {}, ()
    answer, problems = read_lines(raw, draft, table, key=field.key)
    return {key: dict(line) for key, line in answer.items()}, tuple(problems)
