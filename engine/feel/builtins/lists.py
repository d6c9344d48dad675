"""Functions of lists (DMN 1.4, table 74). Positions count from 1, or from -1 backwards."""

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import cast

from engine.feel.builtins.numbers import whole
from engine.feel.builtins.registry import Spend, builtin
from engine.feel.errors import NullBecause
from engine.feel.operators import equal, ordered
from engine.feel.runtime import MAX_STEPS
from engine.feel.values import FunctionValue, kind_of

MAX_COMPARED = 3_000  #: contexts or lists that are compared each with each


@builtin("list contains", "list: list, element", goes_deep=True)
def list_contains(items: list[object], element: object) -> bool:
    """Tell whether an item equals ``element``."""
    return any(equal(item, element) for item in items)


@builtin("append", "list: list, item*")
def append(items: list[object], added: list[object]) -> list[object]:
    """Return the list with items added at its end."""
    return [*items, *added]


@builtin("concatenate", "lists*")
def concatenate(lists: list[object]) -> list[object]:
    """Return one list of the items of several."""
    joined: list[object] = []
    for each in lists:
        if each is None:
            raise NullBecause("a null is no list")
        joined.extend(each if isinstance(each, list) else [each])
        _check_length(joined)
    return joined


def _check_length(items: list[object]) -> None:
    if len(items) > MAX_STEPS:
        raise NullBecause(f"a list of more than {MAX_STEPS} items")


@builtin("distinct values", "list: list", goes_deep=True, spends=True)
def distinct_values(spend: Spend, items: list[object]) -> list[object]:
    """Return the list without what repeats an earlier item."""
    return _distinct(spend, items)


def _distinct(spend: Spend, items: list[object]) -> list[object]:
    """Keep the first of equal items; what can be hashed is found without comparing all."""
    found: list[object] = []
    seen: set[tuple[type, object]] = set()
    others: list[object] = []
    for item in items:
        if isinstance(item, list | dict):
            spend(len(others) // 4)
            if not any(equal(item, other) for other in others):
                if len(others) == MAX_COMPARED:
                    raise NullBecause(f"more than {MAX_COMPARED} contexts or lists to compare")
                others.append(item)
                found.append(item)
        elif (type(item), item) not in seen:
            seen.add((type(item), item))
            found.append(item)
    return found


@builtin("union", "lists*", goes_deep=True, spends=True)
def union(spend: Spend, lists: list[object]) -> list[object]:
    """Return the distinct items of several lists."""
    return _distinct(spend, concatenate(lists))  # type: ignore[arg-type] # a list, as declared


@builtin("index of", "list: list, match", goes_deep=True)
def index_of(items: list[object], match: object) -> list[Decimal]:
    """Return all positions of items that equal ``match``."""
    return [Decimal(at) for at, item in enumerate(items, 1) if equal(item, match)]


@builtin("reverse", "list: list")
def reverse(items: list[object]) -> list[object]:
    """Return the list from its last item to its first."""
    return items[::-1]


@builtin("flatten", "list: list", goes_deep=True)
def flatten(items: list[object]) -> list[object]:
    """Return the items of the lists inside a list, however deep."""
    flat: list[object] = []
    for item in items:
        flat.extend(cast(list[object], flatten(item)) if isinstance(item, list) else [item])
    return flat


@builtin("sublist", "list: list, start position: number, length?: number")
def sublist(items: list[object], start: Decimal, length: Decimal | None = None) -> list[object]:
    """Return ``length`` items from a position on, or all."""
    begin = _index(items, start)
    if length is None:
        return items[begin:]
    if not 1 <= whole(length) <= len(items) - begin:
        raise NullBecause(f"from {start} on a list of {len(items)} has not {length} items")
    return items[begin : begin + whole(length)]


def _index(items: list[object], position: Decimal) -> int:
    at = whole(position)
    if not at or abs(at) > len(items):
        raise NullBecause(f"there is no item {position} in a list of {len(items)}")
    return at - 1 if at > 0 else len(items) + at


@builtin("insert before", "list: list, position: number, newItem")
def insert_before(items: list[object], position: Decimal, item: object) -> list[object]:
    """Return the list with ``item`` at a position."""
    at = _index(items, position)
    return [*items[:at], item, *items[at:]]


@builtin("remove", "list: list, position: number")
def remove(items: list[object], position: Decimal) -> list[object]:
    """Return the list without the item at a position."""
    at = _index(items, position)
    return items[:at] + items[at + 1 :]


@builtin(
    "list replace",
    "list: list, position: number, newItem",
    "list: list, match: function, newItem",
)
def list_replace(items: list[object], position: object, item: object) -> list[object]:
    """Return the list with a position, or what a function picks, replaced."""
    if isinstance(position, FunctionValue):
        return [item if _truth(position.call(each, item)) else each for each in items]
    at = _index(items, cast(Decimal, position))
    return [*items[:at], item, *items[at + 1 :]]


def _truth(answer: object) -> bool:
    if not isinstance(answer, bool):
        raise NullBecause(f"the function gave a {kind_of(answer)}, neither true nor false")
    return answer


@builtin("sort", "list: list, precedes?: function")
def sort(items: list[object], precedes: FunctionValue | None = None) -> list[object]:
    """Sort, keeping the order of equals; ``precedes`` tells whether one goes before another."""
    before: Callable[..., object] = precedes.call if precedes else _less

    def compare(left: object, right: object) -> int:
        if _truth(before(left, right)):
            return -1
        return 1 if _truth(before(right, left)) else 0

    return sorted(items, key=cmp_to_key(compare))


def _less(left: object, right: object) -> bool:
    return ordered("<", left, right)
