"""A form that is being edited as staff will see it, in either language, filled in and sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from flask import render_template

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.errors import Problem
from forms import Choice, Field, Form, FormErrors, View, read_submission
from forms.components import Component, DynamicList, Group
from forms.document import Document
from forms.editing import removed
from forms.errors import FormUnreadable
from forms.expressions import Feel
from forms.kinds import KINDS
from forms.paths import joined, put
from webapp.inbox.browser_form import browser_form
from webapp.inbox.check import parts_of
from webapp.inbox.moving import changed_rows, destination, wrong_here
from webapp.inbox.posted import GO, Posted, elsewhere, is_move, one, posted_on
from webapp.inbox.step_form import StepForm
from webapp.problems import text_of
from webapp.request import current_actor, now, reader, shown_in
from webapp.studio.forms.files import texts_of
from webapp.studio.forms.panel import wrong

MOST_KNOWN: Final = 200  #: variables that a form may read
PRESSED: Final = "_pressed"  #: posted when the button that sends a form was pressed


@dataclass(frozen=True)
class Sample:
    """What a form is tried with."""

    raw: Posted | None = None  #: what stands in its fields; ``None``: nobody typed anything
    variables: Mapping[str, str] = field(default_factory=dict)  #: what the case knows, as typed
    page: str = ""

    @property
    def known(self) -> dict[str, Any]:
        """The variables as values: JSON where it is, else the text."""
        return {name: _value(text) for name, text in self.variables.items() if text.strip()}


def readable(document: Document) -> Form | None:
    """Return the form, without what is wrong in it; ``None`` where nothing of it can be shown."""
    for _ in range(2):
        try:
            return Form.parse(document.json)
        except FormUnreadable:
            for at in sorted({each.at for each in wrong(document) if each.at}, reverse=True):
                document, _at = removed(document, at)
    return None


def read_of(document: Document) -> tuple[str, ...]:
    """Return the variables of the case that a form shows or reads, and does not ask for."""
    form = readable(document)
    if form is None:
        return ()
    asked = {each.key for each in form.by_path.values() if not getattr(each, "readonly", False)}
    found = dict.fromkeys(_read(form.components))
    return tuple(each for each in found if each not in asked)[:MOST_KNOWN]


def _read(components: tuple[Component, ...]) -> Iterator[str]:
    for each in components:
        yield from _names(each.hide)
        if isinstance(each, Field | DynamicList):
            if each.readonly:
                yield each.key
            yield from _names(each.expressions)
        if isinstance(each, Field) and each.choices_key:
            yield each.choices_key
        if isinstance(each, View):
            yield from _names((each.source_from,) if each.source_from else ())
            if each.source and each.type in ("table", "documentPreview"):
                yield each.source
        if isinstance(each, Group):
            yield from _read(each.components)


def _names(feels: tuple[Feel, ...]) -> Iterator[str]:
    for each in feels:
        yield from sorted({name.partition(".")[0] for name in each.compiled.names})


def preview(document: Document, bundle: Bundle, language: str, sample: Sample) -> str | None:
    """Return a page with the form as staff see it; ``None`` where it cannot be drawn."""
    form = readable(document)
    if form is None:
        return None
    with shown_in(language):
        worded = _chosen(form.in_words_of(_lookup(document, bundle, language)))
        known = {**_made_up(worded, language), **sample.known}
        step = StepForm(worded, None, known, page=sample.page or None)
        step, problems = _tried(step, sample)
        return render_template(
            "studio/forms/preview.html",
            step=step,
            browser=browser_form(step),
            carried=elsewhere(step) if step.pages or step.form.checks else {},
            parts=parts_of(step) if step.is_check else (),
            problems=[(each.field, text_of(each)) for each in problems],
            is_sent=sample.raw is not None and PRESSED in sample.raw and not problems,
            language=language,
        )


def _made_up(form: Form, language: str) -> dict[str, Any]:
    """Return a value for each field that only shows what the case knows, so that it is seen."""
    values: dict[str, Any] = {}
    for each in form.fields:
        if each.readonly and each.computed is None:
            value = _like(each, language)
            if value is not None:
                put(values, each.key, value)
    return values


def _like(field: Field, language: str) -> Any:
    if field.choices:
        chosen = field.choices[0].value
        return [chosen] if KINDS[field.type].many else chosen
    if field.type == "textfield" and not field.subtype:
        return "نمونه" if language == "fa" else "Sample"
    if field.type == "textarea" and field.kind is None:
        return "نمونه‌ای از متن" if language == "fa" else "A sample of a text"
    return _MADE_UP.get(field.type)


#: what stands in facts that nobody gave a sample for
_MADE_UP: Final[Mapping[str, Any]] = {
    "rial": 125_000_000,
    "number": 12,
    "quantity": Decimal("12.5"),
    "percentage": Decimal("7.5"),
    "jalaliDate": "2026-03-21",
    "jalaliDateRange": {"from": "2026-03-21", "to": "2026-09-22"},
    "checkbox": True,
    "nationalId": "0084575948",
    "legalId": "14007650912",
    "iban": "IR790610000000700796858044",
    "mobile": "+989123456789",
    "postalCode": "1619735744",
}


def _lookup(document: Document, bundle: Bundle, language: str) -> Any:
    """Return what looks the texts of the form up in a language, as `Bundle.text` does."""
    texts = texts_of(bundle, language)

    def lookup(section: str, form_id: str, *way: str, default: str = "") -> str:
        if language == "en":
            return document.words.get((section, *way), default)
        found: Any = texts
        for name in (section, form_id, *way):
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, str) else default

    return lookup


def _chosen(form: Form) -> Form:
    """Return the form with the choices that the area's program has for it, where it has them."""
    actor = current_actor()
    with reader() as session:
        choices = {
            path: tuple(Choice(*pair) for pair in REGISTRY.options[each.source](session, actor))
            for path, each in form.by_path.items()
            if isinstance(each, Field) and each.source in REGISTRY.options
        }
    return form.with_choices(choices)


def _tried(step: StepForm, sample: Sample) -> tuple[StepForm, tuple[Problem, ...]]:
    """Return the form with what was typed, moved on or sent as it was asked to be."""
    raw = sample.raw
    if raw is None:
        return step, ()
    on = posted_on(step, raw)
    if is_move(raw):
        typed, _target = changed_rows(on, raw)
        if GO not in raw:
            return _holding(step, {**elsewhere(on), **typed}, on.page), ()
        if one(raw, GO) != "back" and (problems := wrong_here(on)):
            return _holding(step, on.raw, on.page), problems
        return _holding(step, {**elsewhere(on), **typed}, destination(on, raw)), ()
    moved = _holding(step, on.raw, on.page)
    return moved, _refused(on, raw) if PRESSED in raw else ()


def _holding(step: StepForm, typed: Any, page: str | None) -> StepForm:
    """Return a form with what was typed; where nobody typed stands what stands there at first."""
    texts = {path: [texts] if isinstance(texts, str) else texts for path, texts in typed.items()}
    drafts = {path: joined(each) for path, each in texts.items() if any(each)}
    return replace(step, raw=None, drafts=drafts, page=page)


def _refused(step: StepForm, raw: Posted) -> tuple[Problem, ...]:
    try:
        read_submission(
            step.form,
            step.raw or raw,
            outcome=one(raw, "outcome") or None,
            variables=step.variables,
            now=now(),
        )
    except FormErrors as errors:
        return errors.problems
    return ()


def _value(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError):
        return text
