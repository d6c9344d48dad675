"""Typed variables checked like the form of a step: the same reading, every problem at once.

A variable becomes the text somebody would have typed, and the form reads it. So a client
can send nothing that a person could not: unknown, read-only and hidden fields are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from engine.catalogue.lines import LineTable
from engine.errors import Problem
from engine.model.base import Json
from engine.values import JalaliDate, local_date
from forms import Field, Form, FormErrors, read_submission
from forms.kinds import KINDS, parts_of
from forms.line_table import PARTS, unknown_line
from webapp.engine_rest.moments import moment_from
from webapp.engine_rest.nested import texts_under
from webapp.engine_rest.variables import NUMBERS, Given
from webapp.inbox.step_form import StepForm
from webapp.request import now

OUTCOME: Final = "outcome"
_NUMERIC: Final = frozenset({"number", "rial", "percentage", "quantity"})
_ISO_DATE: Final = re.compile(r"(1[7-9]|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}")

Texts = dict[str, str | list[str]]


def checked(step: StepForm, variables: Mapping[str, Given]) -> dict[str, Json]:
    """Return the answer that typed variables give to a form.

    Raises:
        FormErrors: with everything that is wrong, in the order of the form.
    """
    posted = _Posted(step)
    for name, given in variables.items():
        posted.take(name, given)
    answer, problems = _read(step, posted)
    if problems:
        raise FormErrors(_in_order(step.form, problems), posted.texts)
    return answer


class _Posted:
    """The variables of one request as a page would have posted them."""

    def __init__(self, step: StepForm) -> None:
        self.step = step
        self.texts: Texts = {}
        self.outcome: str | None = None
        self.problems: list[Problem] = []

    def take(self, name: str, given: Given) -> None:
        """Turn one variable into posted texts, or into what is wrong with it."""
        if name == OUTCOME and self.step.form.outcomes:
            self._take_outcome(given)
            return
        field = self.step.form.field(name)
        if given.fits and isinstance(given.value, dict | list) and _is_nested(self.step.form, name):
            self._take_nested(name, given.value)
        elif field is None or field.readonly or field.computed:
            self._refuse("GEN-UNKNOWN", name)
        elif not given.fits:
            self._refuse("GEN-TYPE", name)
        elif field.type == "lineTable":
            self._take_lines(field, given)
        else:
            text = _text(field, given)
            if text is None:
                self._refuse("GEN-TYPE", name)
            else:
                self.texts[name] = text

    def _take_outcome(self, given: Given) -> None:
        if given.type == "String" and given.fits:
            self.outcome = given.value
        elif given.value is not None:
            self._refuse("GEN-TYPE", OUTCOME)

    def _take_nested(self, name: str, value: Any) -> None:
        texts, unknown = texts_under(self.step.form, name, value)
        self.texts.update(texts)
        for path in unknown:
            self._refuse("GEN-UNKNOWN", path)

    def _take_lines(self, field: Field, given: Given) -> None:
        table = self.step.table
        if given.value is None:
            return
        if table is None or table.entry is None:
            self._refuse("GEN-UNKNOWN", field.key)
        elif not isinstance(given.value, dict):
            self._refuse("GEN-TYPE", field.key)
        else:
            known = _row_keys(table)
            for key, line in given.value.items():
                if key in known:
                    self._take_line(f"{field.key}/{key}", line)
                else:
                    self.problems.append(unknown_line(key, field.key))

    def _take_line(self, path: str, line: Any) -> None:
        if not isinstance(line, dict):
            self._refuse("GEN-TYPE", path)
            return
        for part, value in line.items():
            text = _cell(part, value)
            if part not in PARTS:
                self._refuse("GEN-UNKNOWN", f"{path}/{part}")
            elif text is None:
                self._refuse("GEN-TYPE", f"{path}/{part}")
            else:
                self.texts[f"{path}/{part}"] = text

    def _refuse(self, code: str, path: str) -> None:
        self.problems.append(Problem(code, path))


def _read(step: StepForm, posted: _Posted) -> tuple[dict[str, Json], list[Problem]]:
    """Let the form read what was posted; a field refused already is not refused twice."""
    problems = list(posted.problems)
    named = {each.field for each in problems}
    if step.form.outcome(posted.outcome) or not step.form.outcomes:
        problems += _not_asked(step.form, posted)
    answer: dict[str, Json] = {}
    try:
        answer = read_submission(
            step.form,
            posted.texts,
            outcome=posted.outcome,
            draft=step.drafts,
            table=step.table,
            variables=step.variables,
            now=now(),
        )
    except FormErrors as errors:
        problems += [each for each in errors.problems if each.field not in named]
    return answer, problems


def _is_nested(form: Form, name: str) -> bool:
    """Tell whether a variable is an object or a list that several texts of the form fill in."""
    field = form.field(name)
    if field is not None:
        return parts_of(field) != ("",)
    return form.list_at(name) is not None or any(
        path.startswith(f"{name}.") for path in form.by_path
    )


def _not_asked(form: Form, posted: _Posted) -> list[Problem]:
    """Name the fields that belong to other outcomes than the chosen one."""
    keys = dict.fromkeys(path.partition("/")[0] for path in posted.texts)
    fields = [field for key in keys if (field := form.field(key)) is not None]
    return [
        Problem("GEN-UNKNOWN", each.key)
        for each in fields
        if not each.is_asked_for(posted.outcome) and _says_something(each, posted.texts)
    ]


def _says_something(field: Field, texts: Texts) -> bool:
    return field.type == "lineTable" or bool(texts.get(field.key))


def _text(field: Field, given: Given) -> str | list[str] | None:
    """Return what a person would have typed, ``None`` when the type does not fit the field."""
    value = given.value
    if value is None:
        return ""
    if field.type == "checkbox":
        return ("true" if value else "") if given.type == "Boolean" else None
    if KINDS[field.type].many:
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return value if fits else None
    if field.type == "jalaliDate":
        return _jalali(given)
    if given.type in NUMBERS:
        return _number(value) if field.type in _NUMERIC else None
    return value if given.type == "String" else None


def _jalali(given: Given) -> str | None:
    """Return a date as typed: Jalali text stays, ISO 8601 and Camunda's moments are turned."""
    text = given.value
    try:
        if given.type == "Date":
            return str(JalaliDate.of(_day(text)))
        if given.type == "String" and _ISO_DATE.fullmatch(text):
            return str(JalaliDate.of(date.fromisoformat(text)))
    except ValueError:
        return None
    return str(text) if given.type == "String" else None


def _day(text: str) -> date:
    if _ISO_DATE.fullmatch(text):
        return date.fromisoformat(text)
    at: datetime = moment_from(text)
    return local_date(at)


def _number(value: Any) -> str:
    if isinstance(value, Decimal) and abs(value.adjusted()) < 40:
        return format(value, "f")
    return str(value)


def _cell(part: str, value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if part == "quantity" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number(value)
    return None


def _row_keys(table: LineTable) -> frozenset[str]:
    return frozenset(each.key for each in table.rows)


def _in_order(form: Form, problems: Sequence[Problem]) -> list[Problem]:
    """Sort problems as the form asks, the outcome first; what it does not know comes last."""
    places = {OUTCOME: 0} | {each.key: place for place, each in enumerate(form.fields, 1)}

    def place(problem: Problem) -> int:
        return places.get((problem.field or "").partition("/")[0], len(places))

    return sorted(problems, key=place)
