"""Functions of contexts, and of values that may be missing (DMN 1.4, table 78)."""

from collections.abc import Mapping
from typing import cast

from engine.feel import operators
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.exact import MOMENTS, TIMES, order_key
from engine.feel.moments import iso_text
from engine.feel.values import kind_of

_Context = dict[str, object]


@builtin("get value", "m: context, key: string", "m: context, keys: list")
def get_value(context: _Context, key: str | list[object]) -> object:
    """Return one entry, or that at the end of a path of keys; unlike a path's, they may vary."""
    value: object = context
    for each in [key] if isinstance(key, str) else key:
        if not isinstance(value, dict) or each not in value:
            raise NullBecause(f"the context has no entry “{each}”")
        value = value[each]
    return value


@builtin("get entries", "m: context", "context: context")
def get_entries(context: _Context) -> list[_Context]:
    """Return the entries as a list of ``{key, value}``."""
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin(
    "context put",
    "context: context, key: string, value",
    "context: context, keys: list, value",
)
def context_put(context: _Context, key: str | list[object], value: object) -> _Context:
    """Return a copy with one entry added or changed, where a path of keys leads to."""
    keys = [key] if isinstance(key, str) else key
    if not keys or not all(isinstance(each, str) for each in keys):
        raise NullBecause("“keys” is a list of at least one string")
    return _with_entry(context, cast(list[str], keys), value)


def _with_entry(context: _Context, keys: list[str], value: object) -> _Context:
    first, *others = keys
    if others:
        inner = context.get(first, {})
        if not isinstance(inner, dict):
            raise NullBecause(f"the entry “{first}” is no context")
        value = _with_entry(inner, others, value)
    return {**context, first: value}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[object]) -> _Context:
    """Return all entries of several contexts; a later one wins."""
    merged: _Context = {}
    for each in contexts:
        if not isinstance(each, dict):
            raise NullBecause("only contexts can be merged")
        merged |= each
    return merged


@builtin("context", "entries: list")
def context(entries: list[object]) -> _Context:
    """Make a context of ``{key, value}`` entries, as ``get entries`` gives them."""
    made: _Context = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, Mapping) else None
        if not isinstance(entry, Mapping) or not isinstance(key, str) or "value" not in entry:
            raise NullBecause("an entry is a context of “key” and “value”")
        if key in made:
            raise NullBecause(f"two entries are called “{key}”")
        made[key] = entry["value"]
    return made


@builtin("is defined", "value")
def is_defined(value: object) -> bool:
    """Tell whether a value is there; an unknown name is asked about without a warning."""
    return value is not None


@builtin("get or else", "value, default")
def get_or_else(value: object, default: object) -> object:
    """Return ``value``, or ``default`` when it is null."""
    return default if value is None else value


@builtin("not", "negand: boolean")
def negated(value: bool) -> bool:
    """Return the other truth; null for anything else."""
    return not value


@builtin("is", "value1, value2", "value1", "value2")
def same(left: object, right: object = None) -> bool:
    """Tell whether two values are of one type and the very same, offsets included.

    A value that is left out is null (DMN 1.4, table 79).
    """
    if kind_of(left) != kind_of(right) or operators.equal(left, right) is not True:
        return False
    if not isinstance(left, TIMES + MOMENTS):
        return True
    return order_key(left) == order_key(right) and iso_text(left) == iso_text(right)
