"""What the variables of a process and their values are called, in one language.

Business columns have labels of their own; other variables are the fields of forms, and are
called as the form calls them, their values as its choices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

from engine.storage.bundles import Deployed
from forms import Field, Form
from webapp.formatting import jalali, moment_of_form, percentage, quantity
from webapp.manner import Manner
from webapp.request import manner
from webapp.texts import N_, texts_in
from webapp.wording import Words

_QUOTES: Final = {"fa": "«{}»", "en": "“{}”"}
#: how a field's values are written, by its type: as a business column of that kind
_KINDS: Final = {
    "jalaliDate": "date",
    "jalaliDateRange": "date",
    "rial": "rial",
    "number": "number",
    "quantity": "number",
    "percentage": "percentage",
}


@dataclass(frozen=True, slots=True)
class Meanings:
    """Names and values of one process, as seen from one place of its diagram."""

    manner: Manner
    labels: Mapping[str, str]
    kinds: Mapping[str, str]  #: of a value: ``rial``, ``date``, ``number``, ``code``, ``text``
    choices: Mapping[str, Mapping[str, str]]  #: label of a value, by variable
    steps: Mapping[str, str]  #: what the elements are called that a value may name

    @property
    def language(self) -> str:
        """The language of the words."""
        return self.manner.language

    def name(self, name: str) -> str:
        """Return what people call a variable; its own name where nothing else is known."""
        return self.labels.get(name, name)

    def value(self, name: str | None, value: object) -> str:
        """Return a value as it stands in a sentence: what is no number in quotation marks."""
        shown = self.shown(name, value)
        is_text = isinstance(value, str) and self.kinds.get(name or "") not in ("date", "moment")
        return _QUOTES[self.language].format(shown) if is_text else shown

    def shown(self, name: str | None, value: object) -> str:
        """Return a value as it stands beside its label."""
        texts = texts_in(self.language)
        if value is None:
            return texts.gettext(N_("nothing"))
        if isinstance(value, bool):
            return texts.gettext(N_("yes") if value else N_("no"))
        if isinstance(value, dict):
            return self._of_parts(name, value)
        if isinstance(value, list):
            return texts.gettext(N_(", ")).join(self.shown(name, each) for each in value)
        return self._of_kind(self.kinds.get(name or "", ""), name or "", value)

    def _of_parts(self, name: str | None, value: Mapping[str, object]) -> str:
        texts = texts_in(self.language)
        if value.keys() == {"from", "to"}:
            ends = (self.shown(name, each) for each in value.values())
            return f" {texts.gettext(N_('to'))} ".join(ends)
        if value.keys() == {"name", "drawn"}:
            return str(value["name"])  # a signature: what is read, not how it was drawn
        inner = (f"{self.name(key)}: {self.shown(key, each)}" for key, each in value.items())
        return texts.gettext(N_(", ")).join(inner)

    def _of_kind(self, kind: str, name: str, value: object) -> str:
        if kind == "percentage" and isinstance(value, int | Decimal):
            return bare(percentage(value, self.manner))
        if isinstance(value, int | Decimal) and kind != "code":
            number = bare(quantity(value, self.manner))
            rials = texts_in(self.language).gettext(N_("rials"))
            return f"{number} {rials}" if kind == "rial" else number
        if kind == "date":
            return _day(str(value), self.manner)
        if kind == "moment":
            return bare(moment_of_form(str(value), self.manner))
        choices, text = self.choices.get(name), str(value)
        return (choices or self.steps).get(text, text)


def meanings_of(
    words: Words, element_id: str | None = None, spoken: Manner | None = None
) -> Meanings:
    """Return what variables mean in a process.

    Args:
        element_id: where they are looked at; of several forms that ask for one thing, that of
            the step before it counts.
        spoken: how it is written; as the page is unless said.
    """
    return _meanings(words.definition, spoken or manner(), _form_before(words, element_id))


@lru_cache(maxsize=1024)
def _meanings(definition: Deployed, spoken: Manner, form_id: str | None) -> Meanings:
    words, texts = Words(definition, spoken.language), texts_in(spoken.language)
    config = definition.bundle.process(definition.process_id)
    labels = {"outcome": texts.gettext(N_("the outcome"))}
    kinds: dict[str, str] = {}
    choices: dict[str, dict[str, str]] = {"outcome": {}}
    for form in _forms(words, form_id):
        for outcome in form.outcomes:
            choices["outcome"].setdefault(outcome.value, outcome.label)
        for field in _fields(form):
            labels.setdefault(field.key, _label(field))
            labels.setdefault(field.key.rpartition(".")[2], _label(field))
            kinds.setdefault(field.key, _kind(field))
            said = {each.value: each.label for each in field.choices}
            for key in (field.key, field.key.rpartition(".")[2]):  # a part is known by itself, too
                choices[key] = said | choices.get(key, {})
    kinds |= config.columns
    labels |= {**{key: words.column(key) for key in config.columns}, **words.variables}
    for key, told in words.values.items():
        choices[key] = {**choices.get(key, {}), **told}
    steps = {each.id: words.element(each.id, each.name) for each in words.elements.values()}
    return Meanings(spoken, labels, kinds, choices, steps)


def _forms(words: Words, first: str | None) -> Iterator[Form]:
    bundle = words.definition.bundle
    for each in dict.fromkeys((first, *bundle.forms)):
        form = form_of(words, each)
        if form is not None:
            yield form


def form_of(words: Words, form_id: str | None) -> Form | None:
    """Return a form of a definition in its language; it never changes, so it is read once."""
    return _form(words.definition, words.language, form_id) if form_id else None


@lru_cache(maxsize=1024)
def _form(definition: Deployed, language: str, form_id: str) -> Form | None:
    json: Mapping[str, Any] | None = definition.bundle.forms.get(form_id)
    return Words(definition, language).form(Form.parse(json)) if json else None


def _form_before(words: Words, element_id: str | None) -> str | None:
    if element_id is None:
        return None
    for each in words.elements.values():
        if each.form_id and any(flow.target == element_id for flow in each.outgoing):
            return each.form_id
    return None


def _fields(form: Form) -> Iterator[Field]:
    """Yield the fields of a form; those in rows after those outside, which a name means first."""
    yield from form.fields
    for path, each in form.by_path.items():
        if "/" in path and isinstance(each, Field):
            yield each


def _kind(field: Field) -> str:
    if field.type == "datetime" and field.subtype != "time":
        return "date" if field.subtype == "date" else "moment"
    return _KINDS.get(field.type, "")


def _label(field: Field) -> str:
    return field.label or field.key


def _day(text: str, spoken: Manner) -> str:
    try:
        return bare(jalali(text[:10], spoken))
    except ValueError:
        return text


def bare(shown: str) -> str:
    """Return what a page shows as a sentence writes it, without its marks."""
    return shown.striptags() if isinstance(shown, Markup) else shown
