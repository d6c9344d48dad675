"""The form of one step as a page shows it: texts, choices, lines, and what stands in each field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from markupsafe import Markup

from engine.catalogue.handlers import REGISTRY
from engine.catalogue.lines import LineTable
from engine.commands.models import model_of
from engine.model.person import Actor
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep, TaskPage
from engine.storage.bundles import Deployed
from engine.storage.database import Session
from forms import Choice, Field, Form, Group, View
from forms.components import Component, DynamicList, asking
from forms.errors import Raw
from forms.kinds import KINDS
from forms.paths import is_own, parted
from forms.sheet import Place, Row, Sheet, filled
from forms.written import written
from webapp.formatting import digits
from webapp.inbox.drawing import DRAWN, Drawn, drawn_view
from webapp.inbox.panels import Panel, Way, fields_of, outcomes_of, panels_of, rows_of
from webapp.inbox.row_groups import RowGroup, row_groups
from webapp.problems import sentences
from webapp.request import current_actor, locale, now
from webapp.wording import Words, words_of

MOST_FORMS: Final = 1_000  #: kept as read; plays and deployments always bring new ones
CHECK: Final = "check"  #: the page that shows the answers once more


@dataclass(frozen=True)
class StepForm:
    """A form with everything it needs to be shown and checked."""

    form: Form
    table: LineTable | None = None
    variables: Mapping[str, Any] | None = None
    drafts: Mapping[str, str] | None = None
    raw: Raw | None = None  #: what was just posted and refused
    words: Words | None = None  #: the texts of the process
    address: str = ""  #: of the page that shows it, where its pages have addresses
    helper: str = ""  #: address below which the browser asks while it is filled in
    page: str | None = None  #: which page of a form of several; ``check`` is the last

    @cached_property
    def sheet(self) -> Sheet:
        """The form as it stands: posted, kept as draft, or known of the case."""
        return filled(self.form, self._texts, self.variables or {}, now=now())

    @cached_property
    def pages(self) -> tuple[Group, ...]:
        """The pages there are, as the answers stand."""
        return tuple(each for each in self.form.pages if not self.sheet.is_hidden(each))

    @property
    def current(self) -> Group | None:
        """The page that is shown, of a form of several."""
        if not self.pages or self.page == CHECK:
            return None
        return next((each for each in self.pages if each.id == self.page), self.pages[0])

    @property
    def is_check(self) -> bool:
        """Tell whether the answers are shown once more before they are sent."""
        return self.page == CHECK

    @property
    def is_last(self) -> bool:
        """Tell whether the form can be sent from here."""
        if self.form.checks or self.is_check:
            return self.is_check
        return not self.pages or self.current is self.pages[-1]

    @property
    def common(self) -> tuple[Component, ...]:
        """What is asked here in any case or for the ordinary outcome, and what there is to show."""
        return tuple(
            each
            for each in self.on_page
            if not self._is_apart(each) and not self._is_empty_fact(each)
        )

    @property
    def on_page(self) -> tuple[Component, ...]:
        """The components of the page that is shown."""
        if not self.form.pages:
            return () if self.is_check else self.form.components
        facts = [each for each in self.form.components if each not in self.form.pages]
        return (*facts, *(self.current.components if self.current else ()))

    @property
    def ways(self) -> tuple[Way, ...]:
        """What only other outcomes than the ordinary one ask besides."""
        ways: dict[frozenset[str], list[Field]] = {}
        for each in self.on_page:
            if self._is_apart(each):
                ways.setdefault(outcomes_of(each), []).extend(fields_of(each))
        return tuple(
            Way(tuple(each for each in self.form.outcomes if each.value in outcomes), tuple(fields))
            for outcomes, fields in ways.items()
        )

    @property
    def panels(self) -> tuple[Panel, ...]:
        """What every answer has, in parts that look different."""
        return panels_of(self.common, self._is_fact)

    def label_of(self, path: str | None) -> str:
        """Return what a field is called; for a cell of a table, its line; in a list, its row."""
        parts = (path or "").split("/")
        label = self.form.label_of(path)
        if len(parts) > 2 and parts[-2].isdigit() and label:
            return f"{label} ({digits(int(parts[-2]) + 1)})"
        if label or not path or is_own(path):
            return label
        return parts[1] if len(parts) > 1 else path

    def is_required(self, field: Field, path: str | None = None) -> bool:
        """Tell whether every outcome that asks for a field cannot do without it."""
        asking = [each for each in self.form.outcomes if field.is_asked_for(each.value)]
        place = self.sheet.at(path or field.key)
        return (place.required if place is not None else field.required) or (
            bool(asking) and all(field.key in each.requires for each in asking)
        )

    def place(self, path: str) -> Place:
        """Return what stands at a path."""
        return self.sheet.places[path]

    def rows_of(self, components: tuple[Component, ...]) -> tuple[tuple[Component, ...], ...]:
        """Return the components of a group in rows as the form lays them out."""
        return rows_of(components)

    def groups_of(self, of: DynamicList, wrong: Collection[str]) -> list[RowGroup]:
        """Return the rows of a list as they stand together, those open in which one has to act."""
        return row_groups(of, self.place(of.key).rows, wrong)

    def _is_fact(self, component: Component) -> bool:
        """Tell whether a component outside of groups is only shown."""
        return isinstance(component, Field) and component.readonly

    def _is_empty_fact(self, component: Component) -> bool:
        """Tell whether a field is only shown, and the case knows nothing to show in it."""
        if not isinstance(component, Field) or not component.readonly:
            return False
        return self.value(component) in (None, "", [])

    def _is_apart(self, component: Component) -> bool:
        """Tell whether only other outcomes than the ordinary one ask for it.

        Where no outcome is ordinary, as in a judgement, what most of them ask for is not apart.
        """
        outcomes = outcomes_of(component)
        ordinary = {each.value for each in self.form.outcomes if each.kind == "primary"}
        if not ordinary:
            return bool(outcomes) and 2 * len(outcomes) <= len(self.form.outcomes)
        return bool(outcomes) and not outcomes & ordinary

    def _texts(self, path: str) -> list[str] | None:
        """Return what was typed at a path: just posted, else kept as a draft."""
        if self.raw is not None:
            given = self.raw.get(path, [])
            return [given] if isinstance(given, str) else given
        if self.drafts is None or path not in self.drafts:
            return None
        field, typed = self.form.field(path), self.drafts[path]
        return parted(typed) if field is not None and KINDS[field.type].many else [typed]

    def typed_at(self, path: str) -> dict[str, list[str]]:
        """Return what stands in a field by part: just posted, kept as draft, or known."""
        place = self.sheet.places[path]
        field = place.of
        assert isinstance(field, Field)
        value = place.value
        if value is None and not place.is_typed and self._is_only_choice(field, place):
            value = place.choices[0].value
        known = {} if self.raw is not None else written(field, value, locale())
        return {**known, **place.typed}

    def typed(self, field: Field) -> str:
        """Return the one text that stands in a field outside of rows."""
        return next(iter(self.typed_at(field.key).get("", [])), "")

    def _is_only_choice(self, field: Field, place: Place) -> bool:
        """Tell whether a question that needs an answer has only one."""
        one = field.type == "select" and len(place.choices) == 1
        return one and self.is_required(field, place.path)

    def drawn(self, view: View, row: Row | None = None) -> Markup:
        """Draw what is only shown."""
        return drawn_view(self, view, row)

    def drawn_field(self, field: Field, path: str, problems: Mapping[str, list[str]]) -> Markup:
        """Draw a question of a type that another room brought."""
        return DRAWN[field.type](Drawn(self, field, path, self.value(field, path), problems))

    def drawn_answer(self, field: Field, path: str) -> Markup:
        """Draw what was answered to such a question, once more before it is sent."""
        return DRAWN[field.type](Drawn(self, field, path, self.value(field, path), {}, asks=False))

    def lookup(self, path: str) -> str:
        """Return where the choices of a field are searched; nothing where they cannot be."""
        return f"{self.helper}/choices?path={quote(path)}" if self.helper else ""

    def page_of(self, path: str) -> str:
        """Return the address of another page of the form that asks for something, to go before
        a fragment; nothing when it is on this one.
        """
        top = path.partition("/")[0]
        for each in self.pages:
            if each is not self.current and any(top == of.key for of in asking(each.components)):
                return f"{self.address}?page={quote(each.id)}" if self.address else ""
        return ""

    def sentences(self, field: Field) -> list[str]:
        """Return the problems a fact holds, in words."""
        return sentences(self.value(field), self.words)

    def value(self, field: Field, path: str | None = None) -> Any:
        """Return what is known for a field: of the case, or worked out."""
        place = self.sheet.at(path or field.key)
        known = place.value if place is not None else None
        if self.words and isinstance(known, str) and field.readonly:  # a code is said by its name
            return self.words.values.get(field.key, {}).get(known, known)
        return known

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
    form: Form | None = None,
) -> StepForm:
    """Return the form of a step in the language of the page.

    Args:
        form: to be shown instead of the one deployed.
        lines_of: the case and element whose lines the form's table shows.
    """
    words = words_of(definition)
    form = words.form(form) if form is not None else _form(words, form_id or "")
    choices = {
        path: tuple(Choice(*pair) for pair in REGISTRY.options[each.source](session, actor))
        for path, each in form.by_path.items()
        if isinstance(each, Field) and each.source and each.type != "lineTable"
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
        if len(_FORMS) >= MOST_FORMS:
            _FORMS.clear()  # those still in use are soon read again
        known = _FORMS[key] = words.form(Form.parse(json))
    return known


_FORMS: Final[dict[tuple[UUID, str, str], Form]] = {}
