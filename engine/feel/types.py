"""The types of FEEL: which values have them, what conforms to what (DMN 1.4, 10.3.2.9).

``instance of`` asks ``holds``. What is handed to a parameter or declared variable goes through
``coerced``, which also makes the conversions the standard allows, and asks ``accepts``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine.feel.errors import NullBecause
from engine.feel.exact import ExactDate, exact_moment, plain_moment
from engine.feel.values import FunctionValue, Range, kind_of


@dataclass(frozen=True, slots=True)
class Type(ABC):
    """What a value may be. Null is a value of no type, and may stand for one of any."""

    @abstractmethod
    def holds(self, value: object) -> bool:
        """Tell whether ``value`` is of this type, whatever values are allowed of it."""

    def accepts(self, value: object) -> bool:
        """Tell whether a variable of this type may have ``value``."""
        return value is None or self.holds(value)

    def within(self, other: Type) -> bool:
        """Tell whether all values of this type are values of ``other``: does it conform?"""
        return other in (ANY, self)


@dataclass(frozen=True, slots=True)
class NamedType(Type):
    """A type without structure, such as ``number``; also ``Any`` and ``Null``."""

    name: str

    def holds(self, value: object) -> bool:
        if self.name == "Null":
            return value is None
        return value is not None and self.name in ("Any", kind_of(value))

    def within(self, other: Type) -> bool:
        if isinstance(other, AllowedType):
            return self.within(other.base)
        return self.name == "Null" or other in (ANY, self)


ANY = NamedType("Any")
NULL = NamedType("Null")


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """``list<number>``."""

    item: Type

    def holds(self, value: object) -> bool:
        if not isinstance(value, list):
            return False
        return all(each is None or self.item.holds(each) for each in value)

    def accepts(self, value: object) -> bool:
        if value is None:
            return True
        return isinstance(value, list) and all(map(self.item.accepts, value))

    def within(self, other: Type) -> bool:
        if isinstance(other, ListType):
            return self.item.within(other.item)
        return _within_base(self, other)


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """``range<date>``: between two values of one type."""

    bound: Type

    def holds(self, value: object) -> bool:
        if not isinstance(value, Range):
            return False
        ends = (value.low, value.high)
        return all(each is None or self.bound.holds(each) for each in ends)

    def within(self, other: Type) -> bool:
        if isinstance(other, RangeType):
            return self.bound.within(other.bound)
        return _within_base(self, other)


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """``context<name: string, age: number>``; a context may have more entries than these."""

    entries: tuple[tuple[str, Type], ...]

    def holds(self, value: object) -> bool:
        return isinstance(value, dict) and all(
            name in value and (value[name] is None or type_.holds(value[name]))
            for name, type_ in self.entries
        )

    def accepts(self, value: object) -> bool:
        if value is None:
            return True
        return isinstance(value, dict) and all(
            name in value and type_.accepts(value[name]) for name, type_ in self.entries
        )

    def within(self, other: Type) -> bool:
        if isinstance(other, ContextType):
            own = dict(self.entries)
            return all(name in own and own[name].within(type_) for name, type_ in other.entries)
        return _within_base(self, other)


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """``function<string, number> -> boolean``; without parameters known, any function."""

    parameters: tuple[Type, ...] | None
    result: Type

    def holds(self, value: object) -> bool:
        return isinstance(value, FunctionValue) and value.type.within(self)

    def within(self, other: Type) -> bool:
        """A function fits where its parameters take at least, and it gives at most, as much."""
        if not isinstance(other, FunctionType):
            return _within_base(self, other)
        if other.parameters is None:
            return self.result.within(other.result)
        return (
            self.parameters is not None
            and len(self.parameters) == len(other.parameters)
            and all(
                wanted.within(own) or own == ANY
                for own, wanted in zip(self.parameters, other.parameters, strict=True)
            )
            and self.result.within(other.result)
        )


@dataclass(frozen=True, slots=True)
class AllowedType(Type):
    """A type of which only some values are allowed, as an item definition may declare."""

    base: Type
    allowed: Callable[[object], bool]

    def holds(self, value: object) -> bool:
        return self.base.holds(value)

    def accepts(self, value: object) -> bool:
        return value is None or (self.base.accepts(value) and self.allowed(value))

    def within(self, other: Type) -> bool:
        return self == other or self.base.within(other)


@dataclass(frozen=True, slots=True)
class UnknownType(Type):
    """A name nobody declared; asking about it has no answer."""

    name: str

    def holds(self, value: object) -> bool:
        raise NullBecause(f"there is no type “{self.name}” for a {kind_of(value)}")


def _within_base(own: Type, other: Type) -> bool:
    if isinstance(other, AllowedType):
        return own.within(other.base)
    return other in (ANY, own)


#: The types a text may name, those of DMN 1.1 among them.
NAMED_TYPES: Mapping[str, Type] = {
    **{
        name: NamedType(name)
        for name in (
            *("Any", "Null", "number", "string", "boolean", "date", "time", "date and time"),
            *("days and time duration", "years and months duration"),
        )
    },
    "null": NULL,
    "list": ListType(ANY),
    "context": ContextType(()),
    "range": RangeType(ANY),
    "function": FunctionType(None, ANY),
    "dateTime": NamedType("date and time"),
    "dayTimeDuration": NamedType("days and time duration"),
    "yearMonthDuration": NamedType("years and months duration"),
}


def coerced(value: object, to: Type) -> object:
    """Return ``value`` as a variable of the type ``to`` takes it (DMN 1.4, 10.3.2.9.4).

    Raises:
        NullBecause: it is of another type, and none of the conversions makes it one.
    """
    if to.accepts(value):
        return value
    if isinstance(value, list) and len(value) == 1 and to.accepts(value[0]):
        return value[0]
    if to.accepts([value]):
        return [value]
    if isinstance(value, date | ExactDate) and not isinstance(value, datetime):
        moment = plain_moment(exact_moment(value, UTC))
        if to.accepts(moment):
            return moment
    raise NullBecause(f"a {kind_of(value)} of another type, or not an allowed value, was given")
