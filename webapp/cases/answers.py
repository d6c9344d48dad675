"""What was answered in a form, in words: each answer with its label, lists row by row.

The trail shows it and the printed case repeats it, so nothing that was answered is left out but
line tables, which have pages of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import Markup, escape

from forms import FILEPICKER, Choice, DynamicList, Field, Form
from forms.components import asking
from forms.paths import value_at
from forms.sheet import choices_of
from webapp.formatting import column, digits, jalali, moment_of_form, of_expression
from webapp.problems import sentences
from webapp.request import locale
from webapp.wording import Words

#: How the answers of a field are shown, by its type.
_COLUMN_TYPES: Final = {
    "iban": "code",
    "jalaliDate": "date",
    "legalId": "code",
    "mobile": "code",
    "nationalId": "code",
    "number": "number",
    "percentage": "percentage",
    "postalCode": "code",
    "quantity": "number",
    "rial": "rial",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """Tells what was answered in the forms of a case."""

    words: Words
    documents: Mapping[str, str]  #: names of the case's documents by their ids
    known: Mapping[str, Any] = field(default_factory=dict)  #: all that was answered in the case

    def of(self, form: Form, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield label and text of every answer there is, in document order."""
        yield from self._of(asking(form.components), answer)

    def _of(
        self, asked: Iterable[Field | DynamicList], answer: Mapping[str, Any]
    ) -> Iterator[tuple[str, str]]:
        for each in asked:
            value = value_at(answer, each.key)
            if isinstance(each, DynamicList):
                yield from self._rows(each, value)
            elif text := self._text(each, value):
                yield each.label, text

    def _rows(self, asked: DynamicList, value: Any) -> Iterator[tuple[str, str]]:
        rows = value if isinstance(value, list) else []
        for number, row in enumerate(rows, 1):
            said = [Markup("%s: %s") % each for each in self._of(asked.fields, row)]
            if said:
                shown = digits(number)
                label = (
                    f"{asked.label} ({shown})" if asked.label else _("Row %(number)s", number=shown)
                )
                yield label, escape(_(", ")).join(said)

    def _text(self, field: Field, value: Any) -> str:
        """Show an answer in one line; nothing where none was given."""
        if value in (None, "", [], {}) or field.type == "lineTable":
            return ""
        if field.kind == "problems":
            return " ".join(sentences(value, self.words))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field.source:
            return ""  # the choices depend on who asked; the case's title says what was chosen
        if isinstance(value, list):
            return escape(_(", ")).join(self._one(field, each) for each in value)
        return _parted(field, value) if isinstance(value, dict) else self._one(field, value)

    def _one(self, field: Field, value: Any) -> str:
        if field.type == FILEPICKER:
            return self.documents.get(str(value), str(value))
        if field.type == "expression":
            said: str = of_expression(value)  # markup stays markup
            return said
        if field.type == "datetime":
            return _time(field, str(value))
        offered = replace(field, choices=self._choices(field))
        return column(offered.label_of(value), _COLUMN_TYPES.get(field.type, "text"))

    def _choices(self, field: Field) -> tuple[Choice, ...]:
        """Return the choices of a field, those too that were worked out of the case's values."""
        if field.choices_key is not None:
            return choices_of(value_at(self.known, field.choices_key))
        if field.choices_from is not None:
            return choices_of(field.choices_from.value(self.known))
        return field.choices


def _parted(field: Field, value: Mapping[str, Any]) -> str:
    """Show an answer that has parts: what is read, not how it is kept."""
    if field.type == "jalaliDateRange":
        days = (jalali(value.get("from")), _("to"), jalali(value.get("to")))
        return Markup("%s %s %s") % days
    return str(value.get("name", "")) if field.type == "signature" else ""


def _time(field: Field, value: str) -> str:
    if field.subtype == "datetime":
        return moment_of_form(value)
    return digits(value, locale()) if field.subtype == "time" else jalali(value)
