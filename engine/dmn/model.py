"""A DMN model as written, the same for every version of the standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.dmn.boxes import Box, FunctionBox, Parameter


@dataclass(frozen=True, slots=True)
class Import:
    """Another model whose elements this one uses under a name; an empty name shows them bare."""

    name: str
    namespace: str
    kind: str  #: the namespace of the language: DMN, PMML, XML schema
    location: str | None = None


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type the model defines, or a component of one."""

    name: str
    id: str | None
    type_ref: str | None
    components: tuple[ItemDefinition, ...] = ()
    is_collection: bool = False
    allowed: str | None = None  #: unary tests each item must meet
    constraint: str | None = None  #: unary tests the whole value must meet (since 1.5)
    function: tuple[tuple[Parameter, ...], str | None] | None = None  #: parameters and result


@dataclass(frozen=True, slots=True)
class Reference:
    """Another element, perhaps of an imported model."""

    namespace: str | None  #: None: this model
    id: str


@dataclass(frozen=True, slots=True)
class Element:
    """What the four kinds of a requirement graph have in common."""

    id: str
    name: str
    type_ref: str | None


@dataclass(frozen=True, slots=True)
class InputData(Element):
    """A value that the caller gives."""


@dataclass(frozen=True, slots=True)
class Decision(Element):
    """A value worked out from others."""

    requires: tuple[Reference, ...] = ()  #: decisions and input data
    knowledge: tuple[Reference, ...] = ()  #: business knowledge and decision services
    logic: Box | None = None


@dataclass(frozen=True, slots=True)
class Knowledge(Element):
    """A business knowledge model: a function that decisions share."""

    knowledge: tuple[Reference, ...] = ()
    logic: FunctionBox | None = None


@dataclass(frozen=True, slots=True)
class Service(Element):
    """A decision service: part of the graph, called as a function."""

    outputs: tuple[Reference, ...] = ()
    encapsulated: tuple[Reference, ...] = ()
    input_decisions: tuple[Reference, ...] = ()
    input_data: tuple[Reference, ...] = ()


Node: TypeAlias = InputData | Decision | Knowledge | Service
Kind: TypeAlias = Literal["input", "decision", "knowledge", "service"]


@dataclass(frozen=True)
class Definitions:
    """One file."""

    file: str
    namespace: str
    id: str
    name: str
    version: str  #: of the standard: 1.1 to 1.6
    imports: tuple[Import, ...]
    items: tuple[ItemDefinition, ...]
    nodes: tuple[Node, ...]
    prefixes: dict[str, str]  #: of XML namespaces, as older versions name types by them
    language: str | None = None  #: of expressions that do not say theirs
