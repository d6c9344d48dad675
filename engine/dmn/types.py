"""FEEL's types as a model declares them, and what JSON could not say of their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from engine import feel
from engine.feel.errors import NullBecause

#: what other tools call numbers
_ALIASES: Final = dict.fromkeys(("integer", "long", "double"), "number")


@dataclass(frozen=True, slots=True)
class Constrained(feel.AllowedType):
    """A type of which only the values that meet unary tests are meant."""

    tests: feel.UnaryTests


@dataclass(frozen=True, slots=True)
class Named(feel.Type):
    """A type that speaks of itself, looked up when it is asked."""

    name: str
    find: Callable[[], feel.Type]

    def holds(self, value: object) -> bool:
        """Tell whether ``value`` is of the type it stands for."""
        return self.find().holds(value)

    def accepts(self, value: object) -> bool:
        """Tell whether a variable of the type it stands for may have ``value``."""
        return self.find().accepts(value)


def builtin_type(name: str) -> feel.Type | None:
    """Return one of FEEL's own types by its name; ``None`` when it is none."""
    return feel.NAMED_TYPES.get("Any" if name == "any" else _ALIASES.get(name, name))


def constrained(base: feel.Type, tests: feel.UnaryTests) -> feel.Type:
    """Return the type of those values of ``base`` that meet the tests."""
    return Constrained(base, lambda value: tests.matches(value, {}).value is True, tests)


class Mismatch(ValueError):
    """A value is not of the type it must have."""

    def __init__(self, value: object, wanted: feel.Type) -> None:
        self.shown, self.wanted = shown(value), described(wanted)
        super().__init__(f"{self.shown} is no {self.wanted}")


def coerced(value: object, wanted: feel.Type) -> object:
    """Return ``value`` as one of the type, by the standard's implicit conversions (10.3.2.9.4).

    Raises:
        Mismatch: it is none all the same.
    """
    try:
        return feel.coerced(value, wanted)
    except NullBecause:
        raise Mismatch(value, wanted) from None


def described(wanted: feel.Type) -> str:
    """Return the name of a type for messages."""
    match wanted:
        case feel.NamedType(name) | Named(name):
            return name
        case feel.ListType(item):
            return f"list of {described(item)}"
        case feel.ContextType(entries):
            return f"context of {', '.join(name for name, _ in entries)}"
        case Constrained(base=base, tests=tests):
            return f"{described(base)} that is {tests.text}"
    return type(wanted).__name__.removesuffix("Type").lower()


def shown(value: object) -> str:
    """Return a value for messages, cut short."""
    try:
        text = str(feel.to_json(value)) if not isinstance(value, str) else f'"{value}"'
    except TypeError:
        text = "a function"
    return text if len(text) <= 60 else f"{text[:57]}…"


def is_typed(wanted: feel.Type) -> bool:
    """Tell whether a type demands anything."""
    return wanted != feel.ANY


def restored(value: object, wanted: feel.Type) -> object:
    """Return what JSON could not say: texts where the type wants a date, time or duration."""
    match wanted:
        case Named():
            return restored(value, wanted.find())
        case Constrained(base=base):
            return restored(value, base)
        case feel.ListType(item) if isinstance(value, list | tuple):
            return [restored(each, item) for each in value]
        case feel.ContextType(entries) if isinstance(value, Mapping):
            types = dict(entries)
            return {key: restored(each, types.get(key, feel.ANY)) for key, each in value.items()}
        case feel.NamedType(name) if isinstance(value, str) and name in _FROM_TEXT:
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
