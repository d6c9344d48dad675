"""A form as the server knows it, read from form-js JSON (a documented subset).

The file format is form-js's own, so that Camunda Modeler and the form-js editor open it;
what form-js does not know stands under the key ``divan`` of a component or of the form.
How the JSON becomes these values: `forms.parsing`. ``docs/reference/forms.md`` is the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms.components import (
    Choice,
    Component,
    DynamicList,
    Field,
    Group,
    Note,
    Outcome,
    Rule,
    View,
    asking,
    paths_in,
)
from forms.kinds import texts_of_kind
from forms.ordering import in_order
from forms.parsing import parsed
from forms.paths import without_rows

#: Looks a text up by its path in the overlay of a language; gives back ``default`` if absent.
Lookup = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Form:
    """One form file."""

    id: str
    components: tuple[Component, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    fields: tuple[Field, ...] = field(default=(), compare=False)  #: in document order
    rules: tuple[Rule, ...] = ()
    checks: bool = False  #: the answers are shown once more before they are sent
    lists: tuple[DynamicList, ...] = field(default=(), compare=False)
    by_path: Mapping[str, Field | DynamicList] = field(
        default_factory=dict, compare=False, repr=False
    )  #: what asks for a value, by its path without the numbers of rows
    orders: Mapping[str, tuple[Field | DynamicList, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )  #: by the path rows begin with: what asks, each after what its expressions read

    @classmethod
    def parse(cls, json: Mapping[str, Any]) -> Form:
        """Read a form from its JSON.

        Raises:
            FormUnreadable: a component type or property outside the documented subset.
        """
        found = parsed(json)
        return cls(
            found.id, found.components, found.outcomes, rules=found.rules, checks=found.checks
        )

    def __post_init__(self) -> None:
        """Find what asks for a value, by path and in the order it is worked out."""
        by_path = dict(paths_in(self.components))
        tops = tuple(asking(self.components))
        orders = {
            f"{path}/": in_order(each.fields)
            for path, each in by_path.items()
            if isinstance(each, DynamicList)
        }
        derived = {
            "fields": tuple(each for each in tops if isinstance(each, Field)),
            "lists": tuple(each for each in tops if isinstance(each, DynamicList)),
            "by_path": by_path,
            "orders": {"": in_order(tops), **orders},
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def outcome(self, value: str | None) -> Outcome | None:
        """Return the outcome with this value, if the form has it."""
        return next((each for each in self.outcomes if each.value == value), None)

    def field(self, path: str) -> Field | None:
        """Return the field at a path, inside rows too, if the form has it.

        Of a field that takes several texts each of their paths leads to it.
        """
        plain = without_rows(path)
        found = self.by_path.get(plain)
        if found is None:
            before, _, part = plain.rpartition("/")
            found = self.by_path.get(before)
            if not isinstance(found, Field) or part not in texts_of_kind(found):
                return None
        return found if isinstance(found, Field) else None

    def list_at(self, path: str) -> DynamicList | None:
        """Return the dynamic list at a path, if the form has it."""
        found = self.by_path.get(without_rows(path))
        return found if isinstance(found, DynamicList) else None

    def label_of(self, path: str | None) -> str:
        """Return what the field at a path is called; nothing where there is none."""
        found = self.field(path or "") or self.list_at(path or "")
        return found.label if found is not None else ""

    @property
    def lines(self) -> Field | None:
        """The line table of the form, if it has one."""
        return next((each for each in self.fields if each.type == "lineTable"), None)

    @property
    def pages(self) -> tuple[Group, ...]:
        """The pages of a form of several; none when it is all on one."""
        return tuple(each for each in self.components if isinstance(each, Group) and each.is_page)

    @property
    def is_conditional(self) -> bool:
        """Tell whether what is asked depends on what was answered."""
        return any(each.expressions for each in self.orders[""])

    def with_choices(self, choices: Mapping[str, tuple[Choice, ...]]) -> Form:
        """Return the form with the choices of some fields, by path without rows, filled in."""
        if not choices:
            return self
        return self.changed(lambda path, each: _chosen(each, choices.get(path)))

    def in_words_of(self, lookup: Lookup) -> Form:
        """Return the form with every text replaced by what ``lookup`` knows for it."""
        worded = self.changed(lambda path, each: _worded(each, path, self.id, lookup))
        return replace(
            worded,
            outcomes=tuple(
                replace(each, label=lookup("outcomes", self.id, each.value, default=each.label))
                for each in self.outcomes
            ),
            rules=tuple(
                replace(each, message=lookup("rules", self.id, each.id, default=each.message))
                for each in self.rules
            ),
        )

    def changed(self, change: Callable[[str, Component], Component]) -> Form:
        """Return the form with each component replaced; what it holds is changed before it.

        Args:
            change: given the path of a component, without rows, and the component.
        """
        components = tuple(_changed(each, "", change) for each in self.components)
        return replace(self, components=components)


def _changed(
    component: Component, before: str, change: Callable[[str, Component], Component]
) -> Component:
    path = before + (component.key if isinstance(component, Field | DynamicList) else component.id)
    if isinstance(component, Group | DynamicList):
        inside = f"{path}/" if isinstance(component, DynamicList) else before
        inner = tuple(_changed(each, inside, change) for each in component.components)
        component = replace(component, components=inner)
    return change(path, component)


def _chosen(component: Component, choices: tuple[Choice, ...] | None) -> Component:
    if choices is None or not isinstance(component, Field):
        return component
    return replace(component, choices=choices)


def _worded(component: Component, path: str, form: str, lookup: Lookup) -> Component:
    """Return a component in other words; what stands in a list is told by its path, or its key."""

    def said(section: str, *rest: str, default: str) -> str:
        key = path.rpartition("/")[2]
        return lookup(
            section, form, path, *rest, default=lookup(section, form, key, *rest, default=default)
        )

    if isinstance(component, Note):
        return replace(component, text=said("forms", default=component.text))
    label = said("forms", default=component.label)
    if isinstance(component, Group):
        return replace(component, label=label)
    if isinstance(component, View):
        columns = tuple(
            (key, said("options", key, default=heading)) for key, heading in component.columns
        )
        return replace(component, label=label, columns=columns)
    description = said("descriptions", default=component.description)
    if isinstance(component, DynamicList):
        return replace(component, label=label, description=description)
    return replace(
        component,
        label=label,
        description=description,
        choices=tuple(
            Choice(each.value, said("options", each.value, default=each.label))
            for each in component.choices
        ),
    )
