"""Reading what was submitted: every field checked on the server, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from engine.catalogue.lines import LineTable
from engine.errors import Problem
from forms.components import DynamicList, Field
from forms.errors import FormErrors, Raw
from forms.kinds import KINDS, Refused, parts_of, texts_of_kind, value_of
from forms.line_table import read_lines
from forms.paths import MARK, ROWS, is_own, put, value_at, without_rows
from forms.schema import Form
from forms.sheet import Place, Sheet, filled

Json: TypeAlias = "str | int | bool | Decimal | list[Json] | dict[str, Json] | None"

#: The names of the fields that a page showed only because of a condition (`forms.paths.MARK`).
ASKED = f"{MARK}asked"


def read_submission(
    form: Form,
    raw: Raw,
    *,
    outcome: str | None = None,
    draft: Mapping[str, str] | None = None,
    table: LineTable | None = None,
    variables: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> dict[str, Json]:
    """Return the checked answer to a form.

    The answer holds what the form asks for with this outcome, and what it computes. An empty
    optional field is ``None``, so is one that its condition hides: what it held before is no
    answer to this. Whatever else was posted, under an unknown, hidden or read-only name, is
    refused by name (``GEN-UNKNOWN``); only what other outcomes ask on the same page is not
    heard. A question that only these answers brought up, and that the page had not shown, is
    ``GEN-MORE``.

    Args:
        raw: what was posted, by field path (`forms.paths`).
        outcome: the outcome chosen; it stands in the answer as ``outcome``.
        draft: cells of the line table saved before; a posted cell replaces its draft.
        table: the rows of the form's line table, if it has one.
        variables: what the case knows, for conditions and for what is only shown.
        now: an aware moment, for conditions on the date.

    Raises:
        FormErrors: with every problem, in document order.
    """
    known = variables or {}
    sheet = filled(form, lambda path: texts_of(raw, path), known, outcome=outcome, now=now)
    reading = _Reading(sheet, raw, outcome, draft or {}, table)
    answer, problems = reading.answer(known)
    if any(each.severity == "error" for each in problems):
        raise FormErrors(problems, raw)
    return answer


def check_field(field: Field, typed: str) -> Problem | None:
    """Return what is wrong with a text typed in one field; an empty one is fine until sent.

    Of a field that takes several texts one alone says nothing yet.
    """
    if not typed.strip() or KINDS[field.type].many or parts_of(field) != ("",):
        return None
    if field.choices_key or field.choices_from or field.type == "lineTable":
        return None
    try:
        value_of(field, {"": [typed]})
    except Refused as refused:
        return refused.problem
    return None


def texts_of(raw: Raw, path: str) -> list[str]:
    """Return the texts posted at a path, those that say nothing left out."""
    given = raw.get(path)
    texts = given if isinstance(given, list) else [given or ""]
    return [each for each in texts if each.strip()]


@dataclass(frozen=True, slots=True)
class _Reading:
    sheet: Sheet
    raw: Raw
    outcome: str | None
    draft: Mapping[str, str]
    table: LineTable | None

    @property
    def form(self) -> Form:
        return self.sheet.form

    def answer(self, known: Mapping[str, Any]) -> tuple[dict[str, Json], list[Problem]]:
        """Return the answer and everything that is wrong with it."""
        answer: dict[str, Any] = {}
        problems: list[Problem] = []
        if self.form.outcomes:
            answer["outcome"] = self.outcome
            if self.form.outcome(self.outcome) is None:
                problems.append(Problem("GEN-OUTCOME", "outcome"))
        for place in self.sheet.tops:
            if isinstance(place.of, Field) and place.of.type == "lineTable":
                found = self._lines(place.of, answer) if place.asked else ()
                problems += found
            elif self._is_written(place):
                _put_beside(answer, place.of.key, self._value(place, problems), known)
        problems += self._broken_rules(problems)
        problems += self._unasked()
        return answer, problems

    def _is_written(self, place: Place) -> bool:
        """Tell whether an answer says something of a field: asked, computed or hidden."""
        of = place.of
        if isinstance(of, Field) and of.computed is not None:
            return not of.outcomes or self.outcome in of.outcomes
        return place.asked or (place.hidden and of.is_asked_for(self.outcome))

    def _value(self, place: Place, problems: list[Problem]) -> Any:
        """Return the value of a place; what is wrong with it is added to the problems."""
        if place.hidden:
            return None
        if isinstance(place.of, DynamicList):
            return self._rows(place, place.of, problems)
        if place.readonly:
            return place.value
        if place.problems:
            problems += place.problems
        elif self._was_not_shown(place):
            problems.append(Problem("GEN-MORE", place.path))
        elif place.required and _is_nothing(place.value):
            problems.append(Problem("GEN-REQUIRED", place.path))
        return place.value

    def _rows(self, place: Place, of: DynamicList, problems: list[Problem]) -> list[Any]:
        if not of.least <= len(place.rows) <= of.most:
            bounds = {"min": str(of.least), "max": str(of.most)}
            problems.append(Problem("GEN-ROWS", place.path, bounds))
        rows = []
        for row in place.rows:
            values: dict[str, Any] = {}
            for each in of.fields:
                inner = row.places[each.key]
                kept = inner.value if inner.readonly else self._value(inner, problems)
                put(values, each.key, kept)
            rows.append(values)
        return rows

    def _was_not_shown(self, place: Place) -> bool:
        """Tell whether a question came up that the page which was posted had not shown."""
        of = place.of
        if ASKED not in self.raw or isinstance(of, DynamicList):
            return False
        if not of.hide and of.readonly_when is None:
            return False
        asked = self.raw[ASKED]
        if place.path in (asked if isinstance(asked, list) else [asked]):
            return False
        return not any(place.typed.values())

    def _lines(self, field: Field, answer: dict[str, Any]) -> tuple[Problem, ...]:
        if self.table is None or self.table.entry is None:
            answer[field.key] = {}
            return ()
        lines, problems = read_lines(self.raw, self.draft, self.table, key=field.key)
        answer[field.key] = {key: dict(line) for key, line in lines.items()}
        return tuple(problems)

    def _broken_rules(self, problems: list[Problem]) -> Iterator[Problem]:
        """Say which rules over several fields do not hold; of fields wrong in themselves none."""
        wrong = {without_rows(each.field or "") for each in problems}
        for rule in self.form.rules:
            if rule.outcomes and self.outcome not in rule.outcomes:
                continue
            if wrong.isdisjoint(rule.fields) and not rule.holds.holds(self.sheet.scope):
                field = rule.fields[-1] if rule.fields else None
                yield Problem("GEN-RULE", field, {"rule": rule.id, "message": rule.message})

    def _unasked(self) -> Iterator[Problem]:
        """Name what was posted and may not be written."""
        for path in self.raw:
            texts = texts_of(self.raw, path)
            if texts and not is_own(path) and not self._is_taken(path, texts):
                yield Problem("GEN-UNKNOWN", path)

    def _is_taken(self, path: str, texts: list[str]) -> bool:
        place = self.sheet.at(path) or self._place_of_part(path)
        if place is None:
            return self._is_of_lines(path)
        if isinstance(place.of, Field) and path.rpartition("/")[2] in KINDS[place.of.type].beside:
            return True  # it says nothing alone
        if place.asked:
            return True
        if place.hidden:
            return False
        if place.readonly:
            return _says_the_same(place, texts)
        return True  # another outcome on this page asks for it

    def _place_of_part(self, path: str) -> Place | None:
        before, _, part = path.rpartition("/")
        place = self.sheet.at(before)
        if place is None:
            return None
        if isinstance(place.of, DynamicList):
            return place if part == ROWS else None
        return place if part in texts_of_kind(place.of) else None

    def _is_of_lines(self, path: str) -> bool:
        """Tell whether a path is a cell of the line table, which names its own unknown ones."""
        lines = self.form.lines
        return lines is not None and path.startswith(f"{lines.key}/")


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value == []


def _says_the_same(place: Place, texts: list[str]) -> bool:
    """Tell whether a read-only field was posted with the value it has anyway."""
    if not isinstance(place.of, Field):
        return False
    try:
        return bool(value_of(place.of, {"": texts}) == place.value)
    except Refused:
        return False


def _put_beside(answer: dict[str, Any], key: str, value: Any, known: Mapping[str, Any]) -> None:
    """Put a value at a dotted key; what the case knows beside it in the object stays."""
    top = key.partition(".")[0]
    if top != key and top not in answer:
        stored = value_at(known, top)
        answer[top] = dict(stored) if isinstance(stored, Mapping) else {}
    put(answer, key, value)
