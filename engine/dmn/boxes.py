"""Boxed expressions as they are drawn (DMN 1.5, clauses 7.3 and 8): the tree of a decision.

``id`` is that of the element in the file; ``type_ref`` the type its value must have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of a decision's logic."""

    id: str | None = None
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class LiteralBox(Box):
    """A FEEL text."""

    text: str
    language: str | None = None  #: None: FEEL


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a context; without a name it is the context's result."""

    name: str | None
    type_ref: str | None
    value: Box


@dataclass(frozen=True, slots=True)
class ContextBox(Box):
    """Named values, each seeing those above it."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class InvocationBox(Box):
    """The call of a function with its parameters bound by name."""

    function: Box
    bindings: tuple[tuple[str, Box | None], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function takes."""

    name: str
    type_ref: str | None


@dataclass(frozen=True, slots=True)
class FunctionBox(Box):
    """A function that the model defines."""

    parameters: tuple[Parameter, ...]
    body: Box | None
    language: str = "FEEL"  #: FEEL, Java or PMML; only the first is run


@dataclass(frozen=True, slots=True)
class ListBox(Box):
    """Values one after another."""

    items: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class RelationBox(Box):
    """A list of contexts drawn as a table."""

    columns: tuple[Parameter, ...]
    rows: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class ConditionalBox(Box):
    """One of two values."""

    condition: Box
    consequence: Box
    alternative: Box


@dataclass(frozen=True, slots=True)
class FilterBox(Box):
    """The items of a list that match."""

    source: Box
    match: Box


@dataclass(frozen=True, slots=True)
class IteratorBox(Box):
    """``for``, ``some`` or ``every`` over a list."""

    quantifier: Literal["for", "some", "every"]
    variable: str
    source: Box
    body: Box


@dataclass(frozen=True, slots=True)
class Input:
    """One input column of a decision table."""

    id: str | None
    label: str
    text: str
    type_ref: str | None
    allowed: str | None  #: unary tests; a value that meets none is no answer


@dataclass(frozen=True, slots=True)
class Output:
    """One output column of a decision table."""

    id: str | None
    name: str | None
    type_ref: str | None
    allowed: str | None  #: unary tests; their order is the priority of the values
    default: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: when the inputs meet the tests, the outputs are these."""

    number: int  #: from 1, in the order they are drawn
    id: str | None
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...] = ()


HitPolicy: TypeAlias = Literal[
    "UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"
]
Aggregation: TypeAlias = Literal["SUM", "COUNT", "MIN", "MAX"]
HIT_POLICIES: tuple[HitPolicy, ...] = (
    "UNIQUE",
    "ANY",
    "PRIORITY",
    "FIRST",
    "RULE ORDER",
    "OUTPUT ORDER",
    "COLLECT",
)
AGGREGATIONS: tuple[Aggregation, ...] = ("SUM", "COUNT", "MIN", "MAX")


@dataclass(frozen=True, slots=True)
class TableBox(Box):
    """A decision table."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "UNIQUE"
    aggregation: str | None = None
    orientation: str = "Rule-as-Row"
    label: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownBox(Box):
    """An element of the standard's place that we do not know; its value is null."""

    kind: str
