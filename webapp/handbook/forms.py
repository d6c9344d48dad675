"""A form as a handbook tells it: what is asked, within which limits, which answers there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from webapp.cases.phrases import in_words
from webapp.handbook.book import LONGEST_NAME, MOST_FIELDS, Fact, Field, FormPage, tidy
from webapp.handbook.source import Source
from webapp.texts import N_
from webapp.versions.forms import SAID, TYPES
from webapp.versions.names import at, components

_SILENT: Final = frozenset({"spacer", "separator", "button", "group"})
_NO_RULES: Final = frozenset({"label", "type", "text", "defaultValue", "validate/required"})
_MOST_CHOICES: Final = 40


def form_page(source: Source, form_id: str) -> FormPage | None:
    """Return a form as its step shows it; ``None`` where the area has no such form."""
    form = source.forms.get(form_id)
    if form is None:
        return None
    inner = {id(each) for top in components(form) for each in components(top)}
    asked = [each for each in components(form) if each.get("type") not in _SILENT]
    fields = tuple(
        _field(source, form_id, each, is_inner=id(each) in inner) for each in asked[:MOST_FIELDS]
    )
    answers = tuple(_answers(source, form_id, form))
    return FormPage(tidy(form_id, LONGEST_NAME), fields, answers, len(asked) - len(fields))


def _answers(source: Source, form_id: str, form: Mapping[str, Any]) -> Iterator[str]:
    outcomes = at(form, "divan", "outcomes")
    for each in outcomes if isinstance(outcomes, list) else ():
        value = str(at(each, "value") or "")
        yield tidy(source.names.text("outcomes", form_id, value) or str(at(each, "label") or value))


def _field(source: Source, form_id: str, component: Mapping[str, Any], *, is_inner: bool) -> Field:
    kind = str(component.get("type") or "")
    names, saying = source.names, source.saying
    key = str(component.get("key") or component.get("id") or "")
    label = names.text("forms", form_id, key) or component.get("label") or component.get("text")
    return Field(
        tidy(str(label or key or saying.say(TYPES[kind]) if kind in TYPES else label or key)),
        saying.say(TYPES[kind]) if kind in TYPES else tidy(kind, 60),
        tuple(_rules(source, form_id, key, component)),
        is_inner,
    )


def _rules(source: Source, form_id: str, key: str, component: Mapping[str, Any]) -> Iterator[Fact]:
    saying = source.saying
    must = component.get("validate")
    if at(must, "required") is True:
        yield Fact(saying.say(N_("must be filled in")))
    for path, (label, _rank) in SAID.items():
        value = None if path in _NO_RULES else at(component, *path.split("/"))
        if value is None or value is False or value == "" or isinstance(value, dict | list):
            continue
        yield _rule(source, saying.say(label), value)
    if choices := _choices(source, form_id, key, component):
        yield Fact(saying.say(N_("the choices")), choices)
    if columns := _columns(source, component):
        yield Fact(saying.say(N_("the columns")), columns)


def _rule(source: Source, label: str, value: Any) -> Fact:
    if value is True:
        return Fact(label)
    if isinstance(value, str) and value.startswith("="):
        return Fact(label, tidy(in_words(value, source.vocabulary)), tidy(value))
    return Fact(label, tidy(value if isinstance(value, str) else source.saying.value(value)))


def _choices(source: Source, form_id: str, key: str, component: Mapping[str, Any]) -> str:
    values = component.get("values")
    said = []
    for each in values if isinstance(values, list) else ():
        value = str(at(each, "value") or "")
        label = source.names.text("options", form_id, key, value) or at(each, "label") or value
        said.append(tidy(str(label), LONGEST_NAME))
    more = len(said) - _MOST_CHOICES
    if more > 0:
        text = N_("and others: %(count)s")
        said = [*said[:_MOST_CHOICES], source.saying.say(text, count=source.saying.value(more))]
    return source.saying.listed(said)


def _columns(source: Source, component: Mapping[str, Any]) -> str:
    columns = component.get("columns")
    said = [
        tidy(str(at(each, "label") or at(each, "key") or ""), LONGEST_NAME)
        for each in (columns if isinstance(columns, list) else ())[:_MOST_CHOICES]
    ]
    return source.saying.listed([each for each in said if each])
