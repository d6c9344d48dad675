"""What a form is made of: fields, lists that repeat, groups, texts and things only shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from forms.expressions import Feel


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio, checklist or tag list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where form-js puts a component: its row, and how many of sixteen columns it takes."""

    row: str = ""
    columns: int | None = None


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
    hide: tuple[Feel, ...] = ()  #: hidden when one of them holds: its own and its groups'
    required_when: Feel | None = None
    readonly_when: Feel | None = None
    computed: Feel | None = None  #: what stands here is worked out, never typed
    least_when: Feel | None = None
    most_when: Feel | None = None
    choices_key: str | None = None  #: the variable that holds the choices
    choices_from: Feel | None = None  #: what works the choices out
    default: Any = field(default=None, hash=False)
    prefix: str = ""
    suffix: str = ""
    searches: bool = False  #: choices are searched for, not unrolled
    subtype: str = ""  #: of a datetime: date, time or datetime; of a textfield: email or phone
    step: Decimal | None = None  #: what a number is a multiple of; of a time, in minutes
    not_before_today: bool = False
    zoned: bool = True  #: a moment is kept with its offset from UTC
    layout: Layout = Layout()
    extras: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)

    def is_asked_for(self, outcome: str | None) -> bool:
        """Tell whether an answer with this outcome contains the field, unless it is hidden."""
        return (
            not self.readonly
            and self.computed is None
            and (not self.outcomes or outcome in self.outcomes)
        )

    def label_of(self, value: object) -> str:
        """Return the label of a chosen value, or the value itself when it is no choice."""
        return next((each.label for each in self.choices if each.value == value), str(value))

    @property
    def expressions(self) -> tuple[Feel, ...]:
        """All that is worked out about the field, in no order."""
        own = (
            self.required_when,
            self.readonly_when,
            self.computed,
            self.least_when,
            self.most_when,
            self.choices_from,
        )
        return self.hide + tuple(each for each in own if each is not None)


@dataclass(frozen=True, slots=True)
class Note:
    """A text between the fields."""

    id: str
    text: str
    hide: tuple[Feel, ...] = ()
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class View:
    """Something only shown: separator, spacer, image, table, document preview."""

    type: str
    id: str
    label: str = ""
    source: str | None = None  #: an address, or the variable that holds what is shown
    source_from: Feel | None = None  #: what works that out
    columns: tuple[tuple[str, str], ...] = ()  #: of a table: key and heading
    height: int | None = None  #: in pixels
    rows: int | None = None  #: of a table: how many are shown on a page
    hide: tuple[Feel, ...] = ()
    layout: Layout = Layout()
    extras: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under a common heading."""

    id: str
    label: str
    components: tuple[Component, ...]
    hide: tuple[Feel, ...] = ()
    is_page: bool = False  #: one page of a form of several
    outlined: bool = True
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class DynamicList:
    """Components that repeat, row by row; its value is a list of objects."""

    key: str
    label: str
    components: tuple[Component, ...]
    description: str = ""
    least: int = 0  #: rows it cannot do without
    most: int = 100  #: rows it holds
    first: int = 1  #: empty rows it begins with
    changes: bool = True  #: rows may be added and taken away
    grouped_by: str | None = None  #: key of what its rows stand together by, each group folded
    readonly: bool = False
    outcomes: frozenset[str] = frozenset()
    hide: tuple[Feel, ...] = ()
    layout: Layout = Layout()

    @property
    def fields(self) -> tuple[Field | DynamicList, ...]:
        """What a row asks, in document order."""
        return tuple(asking(self.components))

    @property
    def expressions(self) -> tuple[Feel, ...]:
        """All that is worked out about the list and in its rows."""
        inner = (feel for each in self.fields for feel in each.expressions)
        return (*self.hide, *inner)

    def is_asked_for(self, outcome: str | None) -> bool:
        """Tell whether an answer with this outcome contains the list, unless it is hidden."""
        return not self.readonly and (not self.outcomes or outcome in self.outcomes)


Component = Field | Group | Note | View | DynamicList


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to answer a task: approve, return, …"""

    value: str
    label: str
    kind: str = "default"  #: ``primary``, ``danger`` or ``default``
    requires: frozenset[str] = frozenset()  #: fields that this outcome cannot do without


@dataclass(frozen=True, slots=True)
class Rule:
    """Something several fields have to fulfil together."""

    id: str
    holds: Feel
    message: str
    fields: tuple[str, ...] = ()  #: paths beside which it is said
    outcomes: frozenset[str] = frozenset()


def paths_in(
    components: tuple[Component, ...], before: str = ""
) -> Iterator[tuple[str, Field | DynamicList]]:
    """Yield what asks for a value with its path, rows' numbers left out, in document order."""
    for each in asking(components):
        yield f"{before}{each.key}", each
        if isinstance(each, DynamicList):
            yield from paths_in(each.components, f"{before}{each.key}/")


def asking(components: tuple[Component, ...]) -> Iterator[Field | DynamicList]:
    """Yield what asks for a value, in document order, without looking into rows."""
    for each in components:
        if isinstance(each, Field | DynamicList):
            yield each
        elif isinstance(each, Group):
            yield from asking(each.components)
