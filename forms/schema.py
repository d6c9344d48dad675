"""A form as the server knows it, read from form-js JSON (a documented subset).

The file format is form-js's own, so that Camunda Modeler and the form-js editor open it;
what form-js does not know stands under the key ``divan`` of a component or of the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from forms.errors import FormUnreadable

#: Component types that take one typed text each.
TYPED: Final = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "rial",
        "percentage",
        "quantity",
        "jalaliDate",
        "nationalId",
        "legalId",
        "iban",
        "select",
        "radio",
    }
)
FIELD_TYPES: Final = TYPED | {"checkbox", "checklist", "lineTable"}

#: Looks a text up by its path in the overlay of a language; gives back ``default`` if absent.
Lookup = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio or checklist."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    type: str
    key: str
    label: str
    description: str = ""
    required: bool = False
    least: Decimal | None = None
    most: Decimal | None = None
    shortest: int | None = None
    longest: int | None = None
    pattern: str | None = None
    places: int | None = None  #: decimals allowed; ``None`` is any
    choices: tuple[Choice, ...] = ()
    readonly: bool = False
    outcomes: frozenset[str] = frozenset()  #: asked only for these; empty is always
    kind: str | None = None  #: how a fact is shown: ``problems`` in sentences
    source: str | None = None  #: where lines, or the choices of a select, come from

    def is_asked_for(self, outcome: str | None) -> bool:
        """Tell whether an answer with this outcome contains the field."""
        return not self.readonly and (not self.outcomes or outcome in self.outcomes)

    def label_of(self, value: object) -> str:
        """Return the label of a chosen value, or the value itself when it is no choice."""
        return next((each.label for each in self.choices if each.value == value), str(value))


@dataclass(frozen=True, slots=True)
class Note:
    """A text between the fields."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under a common heading."""

    id: str
    label: str
    components: tuple[Component, ...]


Component = Field | Group | Note


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to answer a task: approve, return, …"""

    value: str
    label: str
    kind: str = "default"  #: ``primary``, ``danger`` or ``default``
    requires: frozenset[str] = frozenset()  #: fields that this outcome cannot do without


@dataclass(frozen=True, slots=True)
class Form:
    """One form file."""

    id: str
    components: tuple[Component, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    fields: tuple[Field, ...] = field(default=(), compare=False)  #: in document order

    @classmethod
    def parse(cls, json: Mapping[str, Any]) -> Form:
        """Read a form from its JSON.

        Raises:
            FormUnreadable: a component type or property outside the documented subset.
        """
        components = tuple(_component(each) for each in json.get("components", ()))
        outcomes = tuple(_outcome(each) for each in json.get("divan", {}).get("outcomes", ()))
        return cls(str(json.get("id", "")), components, outcomes, tuple(_fields(components)))

    def outcome(self, value: str | None) -> Outcome | None:
        """Return the outcome with this value, if the form has it."""
        return next((each for each in self.outcomes if each.value == value), None)

    def field(self, key: str) -> Field | None:
        """Return the field with this key, if the form has it."""
        return next((each for each in self.fields if each.key == key), None)

    def label_of(self, path: str | None) -> str:
        """Return what the field at a path is called; nothing where there is none."""
        found = self.field(path or "")
        return found.label if found is not None else ""

    @property
    def lines(self) -> Field | None:
        """The line table of the form, if it has one."""
        return next((each for each in self.fields if each.type == "lineTable"), None)

    def with_choices(self, choices: Mapping[str, tuple[Choice, ...]]) -> Form:
        """Return the form with the choices of some fields, by key, filled in."""
        components = tuple(_chosen(each, choices) for each in self.components)
        return replace(self, components=components, fields=tuple(_fields(components)))

    def in_words_of(self, lookup: Lookup) -> Form:
        """Return the form with every text replaced by what ``lookup`` knows for it."""
        components = tuple(_worded(each, self.id, lookup) for each in self.components)
        outcomes = tuple(
            replace(each, label=lookup("outcomes", self.id, each.value, default=each.label))
            for each in self.outcomes
        )
        return Form(self.id, components, outcomes, tuple(_fields(components)))


def _component(json: Mapping[str, Any]) -> Component:
    kind = json.get("type")
    if kind == "text":
        return Note(str(json.get("id", json.get("key", ""))), str(json.get("text", "")))
    if kind == "group":
        inner = tuple(_component(each) for each in json.get("components", ()))
        return Group(str(json.get("key", json.get("id", ""))), str(json.get("label", "")), inner)
    if kind not in FIELD_TYPES:
        raise FormUnreadable(f"component type {kind!r} is not supported")
    return _field(json)


def _field(json: Mapping[str, Any]) -> Field:
    key = json.get("key")
    if not key:
        raise FormUnreadable(f"a {json['type']} without a key")
    rules, own = json.get("validate", {}), json.get("divan", {})
    return Field(
        type=json["type"],
        key=str(key),
        label=str(json.get("label", key)),
        description=str(json.get("description", "")),
        required=bool(rules.get("required", False)),
        least=_number(rules.get("min")),
        most=_number(rules.get("max")),
        shortest=rules.get("minLength"),
        longest=rules.get("maxLength"),
        pattern=rules.get("pattern"),
        places=json.get("decimalDigits"),
        choices=tuple(_choice(each) for each in json.get("values", ())),
        readonly=bool(json.get("readonly", False) or json.get("disabled", False)),
        outcomes=frozenset(own.get("outcomes", ())),
        kind=own.get("kind"),
        source=own.get("source") or own.get("options"),
    )


def _number(given: object) -> Decimal | None:
    return None if given is None else Decimal(str(given))


def _choice(json: Mapping[str, Any]) -> Choice:
    return Choice(str(json["value"]), str(json.get("label", json["value"])))


def _outcome(json: Mapping[str, Any]) -> Outcome:
    return Outcome(
        value=str(json["value"]),
        label=str(json.get("label", json["value"])),
        kind=str(json.get("kind", "default")),
        requires=frozenset(json.get("requires", ())),
    )


def _fields(components: tuple[Component, ...]) -> Iterator[Field]:
    for each in components:
        if isinstance(each, Field):
            yield each
        elif isinstance(each, Group):
            yield from _fields(each.components)


def _chosen(component: Component, choices: Mapping[str, tuple[Choice, ...]]) -> Component:
    if isinstance(component, Group):
        inner = tuple(_chosen(each, choices) for each in component.components)
        return replace(component, components=inner)
    if isinstance(component, Field) and component.key in choices:
        return replace(component, choices=choices[component.key])
    return component


def _worded(component: Component, form: str, lookup: Lookup) -> Component:
    if isinstance(component, Note):
        return replace(component, text=lookup("forms", form, component.id, default=component.text))
    if isinstance(component, Group):
        return Group(
            component.id,
            lookup("forms", form, component.id, default=component.label),
            tuple(_worded(each, form, lookup) for each in component.components),
        )
    key = component.key
    return replace(
        component,
        label=lookup("forms", form, key, default=component.label),
        description=lookup("descriptions", form, key, default=component.description),
        choices=tuple(
            Choice(each.value, lookup("options", form, key, each.value, default=each.label))
            for each in component.choices
        ),
    )
