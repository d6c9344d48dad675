"""What the simple parts of JUEL and Python have in common, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number, truth value or null."""

    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Path:
    """A variable and the members looked up in it."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list; ``at`` counts from 0."""

    of: Tree
    at: int


@dataclass(frozen=True, slots=True)
class Member:
    """What an item has under a name."""

    of: Tree
    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list written out."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True unless the operand is true: what is null is not true."""

    of: Tree


@dataclass(frozen=True, slots=True)
class Minus:
    """A number with its sign turned."""

    of: Tree


@dataclass(frozen=True, slots=True)
class Logic:
    """Both, or one of them, are true."""

    word: Literal["and", "or"]
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison in FEEL's signs; one of order with null is not true."""

    sign: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A calculation with two numbers."""

    sign: Literal["+", "-", "*", "/"]
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two values, as a condition says."""

    test: Tree
    then: Tree
    otherwise: Tree


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in of FEEL."""

    name: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """Null, or a text, list or mapping with nothing in it."""

    of: Tree


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts and values, one after the other; null says nothing."""

    parts: tuple[Tree, ...]


Tree: TypeAlias = (
    Constant
    | Path
    | Item
    | Member
    | ListOf
    | Not
    | Minus
    | Logic
    | Compare
    | Arithmetic
    | Choice
    | Call
    | IsEmpty
    | Joined
)
