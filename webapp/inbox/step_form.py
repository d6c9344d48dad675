"""The form of one step as a page shows it: texts, choices, lines, and what stands in each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from engine.catalogue.handlers import REGISTRY
from engine.catalogue.lines import LineTable
from engine.commands.models import model_of
from engine.model.person import Actor
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep, TaskPage
from engine.storage.bundles import Deployed
from engine.storage.database import Session
from engine.values import JalaliDate, grouped, persian_digits
from forms import Choice, Field, Form, Group, Note, Outcome
from forms.errors import Raw
from forms.components import Component
from webapp.problems import sentences
from webapp.request import current_actor, locale
from webapp.wording import Words, words_of


@dataclass(frozen=True, slots=True)
class Way:
    """Fields that only some outcomes ask for."""

    outcomes: tuple[Outcome, ...]
    fields: tuple[Field, ...]

    @property
    def key(self) -> str:
        """What the outcomes are called in addresses."""
        return "-".join(each.value for each in self.outcomes)

    @property
    def label(self) -> str:
        """What the outcomes are called."""
        return " / ".join(each.label for each in self.outcomes)


@dataclass(frozen=True, slots=True)
class Panel:
    """Components that stand together: fields, facts only shown, or the table of lines."""

    components: tuple[Component, ...]
    kind: str  #: ``fields``, ``facts`` or ``lines``

    @property
    def is_lines(self) -> bool:
        """Tell whether this is the table of lines, which needs the whole width."""
        return self.kind == "lines"

    @property
    def is_facts(self) -> bool:
        """Tell whether everything here is only shown."""
        return self.kind == "facts"


@dataclass(frozen=True, slots=True)
class StepForm:
    """A form with everything it needs to be shown and checked."""

    form: Form
    table: LineTable | None = None
    variables: Mapping[str, Any] | None = None
    drafts: Mapping[str, str] | None = None
    raw: Raw | None = None  #: what was just posted and refused
    words: Words | None = None  #: the texts of the process

    @property
    def common(self) -> tuple[Component, ...]:
        """What is asked in any case or for the ordinary outcome, and what there is to show."""
        return tuple(
            each
            for each in self.form.components
            if not self._is_apart(each) and not self._is_empty_fact(each)
        )

    @property
    def ways(self) -> tuple[Way, ...]:
        """What only other outcomes than the ordinary one ask besides."""
        ways: dict[frozenset[str], list[Field]] = {}
        for each in self.form.components:
            if self._is_apart(each):
                ways.setdefault(_outcomes_of(each), []).extend(_fields_of(each))
        return tuple(
            Way(tuple(each for each in self.form.outcomes if each.value in outcomes), tuple(fields))
            for outcomes, fields in ways.items()
        )

    @property
    def panels(self) -> tuple[Panel, ...]:
        """What every answer has, in parts that look different."""
        parts = groupby(self.common, _kind_of)
        return tuple(Panel(tuple(components), kind) for kind, components in parts)

    def label_of(self, path: str | None) -> str:
        """Return what a field is called; for a cell of the table, its line."""
        parts = (path or "").split("/")
        return self.form.label_of(path) or (parts[1] if len(parts) > 1 else "")

    def is_required(self, field: Field) -> bool:
        """Tell whether every outcome that asks for a field cannot do without it."""
        asking = [each for each in self.form.outcomes if field.is_asked_for(each.value)]
        return field.required or (
            bool(asking) and all(field.key in each.requires for each in asking)
        )

    def _is_empty_fact(self, component: Component) -> bool:
        """Tell whether a field is only shown, and the case knows nothing to show in it."""
        if not isinstance(component, Field) or not component.readonly:
            return False
        return self.value(component) in (None, "", [])

    def _is_apart(self, component: Component) -> bool:
        outcomes = _outcomes_of(component)
        ordinary = {each.value for each in self.form.outcomes if each.kind == "primary"}
        return bool(outcomes) and not outcomes & ordinary

    def typed(self, field: Field) -> str:
        """Return what stands in a field: just posted, kept as draft, or known of the case."""
        if self.raw is not None:
            given = self.raw.get(field.key, "")
            return ",".join(given) if isinstance(given, list) else given
        if self.drafts and field.key in self.drafts:
            return self.drafts[field.key]
        value = self.value(field)
        if value is None and self._is_only_choice(field):
            return field.choices[0].value
        return as_typed(field, value)

    def _is_only_choice(self, field: Field) -> bool:
        """Tell whether a question that needs an answer has only one."""
        return field.type == "select" and len(field.choices) == 1 and self.is_required(field)

    def sentences(self, field: Field) -> list[str]:
        """Return the problems a fact holds, in words."""
        return sentences(self.value(field), self.words)

    def value(self, field: Field) -> Any:
        """Return what the case knows for a field."""
        return (self.variables or {}).get(field.key)

    def is_touched(self, way: Way) -> bool:
        """Tell whether something was typed for these outcomes only."""
        own = {**(self.drafts or {}), **(self.raw or {})}
        return any(own.get(each.key) for each in way.fields)


def step_of(session: Session, task: TaskPage, *, with_lines: bool = True) -> StepForm:
    """Return the form of a task's step, with its lines unless they are not needed."""
    return step_form(
        session,
        task.definition,
        task.form_id,
        current_actor(),
        lines_of=(task.instance_id, task.element_id) if with_lines else None,
        variables=queries.seen_on(session, task, model_of(task.definition.bundle)),
        drafts=task.drafts,
    )


def step_to_answer(session: Session, asked: OpenStep) -> StepForm:
    """Return the form of a step that is about to be answered, with its lines."""
    return step_form(
        session,
        asked.definition,
        asked.task.form_id,
        current_actor(),
        lines_of=(asked.read.instance.id, asked.task.element_id),
        variables=queries.seen_by(asked, model_of(asked.definition.bundle)),
        drafts=asked.drafts,
    )


def step_form(
    session: Session,
    definition: Deployed,
    form_id: str | None,
    actor: Actor,
    *,
    lines_of: tuple[UUID, str] | None = None,
    variables: Mapping[str, Any] | None = None,
    drafts: Mapping[str, str] | None = None,
) -> StepForm:
    """Return the form of a step in the language of the page.

    Args:
        lines_of: the case and element whose lines the form's table shows.
    """
    words = words_of(definition)
    form = _form(words, form_id or "")
    choices = {
        each.key: tuple(Choice(*pair) for pair in REGISTRY.options[each.source](session, actor))
        for each in form.fields
        if each.source and each.type != "lineTable"
    }
    table = None
    if form.lines is not None and form.lines.source and lines_of is not None:
        table = REGISTRY.rows[form.lines.source](session, *lines_of)
        table = replace(table, reasons=words.reasons(table.reasons))
    return StepForm(form.with_choices(choices), table, variables, drafts, words=words)


def _form(words: Words, form_id: str) -> Form:
    """Return a deployed form in one language; it never changes, so it is read once and kept."""
    key = (words.definition.id, form_id, words.language)
    known = _FORMS.get(key)
    if known is None:
        json = words.definition.bundle.forms.get(form_id, {"id": form_id})
        known = _FORMS[key] = words.form(Form.parse(json))
    return known


_FORMS: Final[dict[tuple[UUID, str, str], Form]] = {}


def as_typed(field: Field, value: Any) -> str:
    """Return a value as a person would have typed it in the language of the page."""
    if value is None or value is False:
        return ""
    if isinstance(value, list):
        return ",".join(str(each) for each in value)
    if field.type == "jalaliDate":
        on = str(JalaliDate.of(date.fromisoformat(str(value)[:10])))
        return persian_digits(on) if locale() == "fa" else on
    if field.type in ("number", "quantity", "percentage"):
        return grouped(Decimal(str(value)), locale()).replace("٬", "").replace(",", "")
    if field.type == "rial":
        return grouped(int(value), locale())
    return "true" if value is True else str(value)


def _kind_of(component: Component) -> str:
    if isinstance(component, Field) and component.type == "lineTable":
        return "lines"
    shown = isinstance(component, Field) and component.readonly
    return "facts" if shown else "fields"


def _outcomes_of(component: Component) -> frozenset[str]:
    """Return the outcomes a component is only for; empty when it is for all."""
    if isinstance(component, Note):
        return frozenset()
    if isinstance(component, Group):
        inner = [_outcomes_of(each) for each in component.components]
        return inner[0] if inner and all(each == inner[0] for each in inner) else frozenset()
    return component.outcomes


def _fields_of(component: Component) -> tuple[Field, ...]:
    if isinstance(component, Group):
        return tuple(field for each in component.components for field in _fields_of(each))
    return (component,) if isinstance(component, Field) else ()
