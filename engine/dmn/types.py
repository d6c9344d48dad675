"""Types of a model and which values have them (DMN 1.5, clauses 7.3.2 and 10.3.2.9)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine import feel


class Type(ABC):
    """What a value may be; null may stand for one of any type."""

    __slots__ = ()

    @abstractmethod
    def accepts(self, value: object) -> bool:
        """Tell whether a variable of this type may have ``value``, which is not null."""

    @abstractmethod
    def __str__(self) -> str:
        """Return its name for messages."""


@dataclass(frozen=True, slots=True)
class AnyType(Type):
    """Every value has it."""

    def accepts(self, value: object) -> bool:  # noqa: ARG002 - all of them
        return True

    def __str__(self) -> str:
        return "Any"


@dataclass(frozen=True, slots=True)
class Simple(Type):
    """One of FEEL's own types."""

    name: str

    def accepts(self, value: object) -> bool:
        return type(value) is _KINDS[self.name]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Collection(Type):
    """A list whose items are all of one type."""

    item: Type

    def accepts(self, value: object) -> bool:
        return isinstance(value, list) and all(has_type(each, self.item) for each in value)

    def __str__(self) -> str:
        return f"list of {self.item}"


@dataclass(frozen=True, slots=True)
class Structure(Type):
    """A context with these entries; others may stand beside them."""

    components: Mapping[str, Type]

    def accepts(self, value: object) -> bool:
        return isinstance(value, dict) and all(
            has_type(value.get(name), each) for name, each in self.components.items()
        )

    def __str__(self) -> str:
        return f"context of {', '.join(self.components)}"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """A function of so many parameters."""

    parameters: tuple[tuple[str, Type], ...]
    result: Type

    def accepts(self, value: object) -> bool:
        is_function = isinstance(value, feel.FunctionValue)
        return is_function and len(value.parameters) == len(self.parameters)  # type: ignore[attr-defined]

    def __str__(self) -> str:
        return "function"


@dataclass(frozen=True, slots=True)
class Constrained(Type):
    """A type of which only the values that meet unary tests are meant."""

    base: Type
    tests: feel.UnaryTests

    def accepts(self, value: object) -> bool:
        return self.base.accepts(value) and self.tests.matches(value, {}).value is True

    def __str__(self) -> str:
        return f"{self.base} that is {self.tests.text}"


@dataclass(frozen=True, slots=True)
class Named(Type):
    """A defined type, looked up when asked: definitions may speak of one another."""

    name: str
    find: Callable[[], Type]

    def accepts(self, value: object) -> bool:
        return self.find().accepts(value)

    def __str__(self) -> str:
        return self.name


ANY: Final = AnyType()

_KINDS: Final[Mapping[str, type]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "time": time,
    "date and time": datetime,
    "days and time duration": timedelta,
    "years and months duration": feel.YearsMonthsDuration,
    "list": list,
    "context": dict,
    "range": feel.Range,
    "function": feel.FunctionValue,
}

#: names of simple types, also as older versions and other tools write them
_ALIASES: Final = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "integer": "number",
    "long": "number",
    "double": "number",
}


def builtin_type(name: str) -> Type | None:
    """Return one of FEEL's own types by its name; ``None`` when it is none."""
    if name in ("Any", "any"):
        return ANY
    known = _ALIASES.get(name, name)
    return Simple(known) if known in _KINDS else None


class Mismatch(ValueError):
    """A value is not of the type it must have."""


def has_type(value: object, wanted: Type) -> bool:
    """Tell whether ``value`` is of the type; null is of every type."""
    return value is None or wanted.accepts(value)


def coerced(value: object, wanted: Type) -> object:
    """Return ``value`` as one of the type, by the standard's implicit conversions (10.3.2.9.4).

    A list of one stands for its item, an item for a list of one, a date for its first moment.

    Raises:
        Mismatch: it is none all the same.
    """
    if has_type(value, wanted):
        return value
    if isinstance(value, list) and len(value) == 1 and has_type(value[0], wanted):
        return value[0]
    if not isinstance(value, list) and has_type([value], wanted):
        return [value]
    if type(value) is date:
        moment = datetime.combine(value, time(), UTC)
        if has_type(moment, wanted):
            return moment
    raise Mismatch(f"{shown(value)} is no {wanted}")


def shown(value: object) -> str:
    """Return a value for messages, cut short."""
    try:
        text = repr(feel.to_json(value)) if not isinstance(value, str) else f'"{value}"'
    except TypeError:
        text = type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}…"


def restored(value: object, wanted: Type) -> object:
    """Return what JSON could not say: texts where the type wants a date, time or duration."""
    match wanted:
        case Named():
            return restored(value, wanted.find())
        case Constrained(base):
            return restored(value, base)
        case Collection(item) if isinstance(value, list | tuple):
            return [restored(each, item) for each in value]
        case Structure(components) if isinstance(value, Mapping):
            return {key: restored(each, components.get(key, ANY)) for key, each in value.items()}
        case Simple(name) if isinstance(value, str) and name in _FROM_TEXT:
            found = feel.evaluate(f"{_FROM_TEXT[name]}(text)", {"text": value})
            return value if found is None else found
    return value


_FROM_TEXT: Final = {
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "duration",
    "years and months duration": "duration",
}
