"""Functions that make one value of a list of values (DMN 1.4, table 74)."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.operators import add, divide, multiply, ordered
from engine.feel.values import CONTEXT, kind_of


@builtin("count", "list: list")
def count(items: Sequence[object]) -> Decimal:
    """Return how many items there are."""
    return Decimal(len(items))


@builtin("sum", "list*")
def total(items: Sequence[object]) -> object:
    """Add numbers, or durations of one kind; the sum of nothing is null."""
    return _folded(items)


def _folded(items: Sequence[object]) -> object:
    if not items:
        raise NullBecause("the list is empty")
    if isinstance(items[0], str):
        raise NullBecause("a string is nothing to add up")
    result = items[0]
    for item in items[1:]:
        result = add(result, item)
    if not (isinstance(result, Decimal) or kind_of(result).endswith("duration")):
        raise NullBecause(f"a {kind_of(result)} is nothing to add up")
    return result


@builtin("mean", "list*")
def mean(items: Sequence[object]) -> object:
    """Return the sum divided by the count."""
    return divide(_folded(items), Decimal(len(items)))


@builtin("product", "list*")
def product(items: Sequence[object]) -> object:
    """Multiply numbers."""
    result: object = Decimal(1)
    for item in _numbers(items):
        result = multiply(result, item)
    return result


@builtin("median", "list*")
def median(items: Sequence[object]) -> Decimal:
    """Return the middle number, or the mean of the two in the middle."""
    numbers = sorted(_numbers(items))
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("mode", "list*")
def mode(items: Sequence[object]) -> list[Decimal]:
    """Return the numbers that stand most often in the list, the least of them first."""
    if not items:
        return []
    counts = Counter(_numbers(items))
    most = max(counts.values())
    return sorted(number for number, times in counts.items() if times == most)


@builtin("stddev", "list*")
def standard_deviation(items: Sequence[object]) -> Decimal:
    """Return the standard deviation of a sample; null for less than two numbers."""
    numbers = _numbers(items)
    if len(numbers) < 2:
        raise NullBecause("one number deviates from nothing")
    middle = CONTEXT.divide(reduce(CONTEXT.add, numbers), Decimal(len(numbers)))
    distances = (CONTEXT.subtract(number, middle) for number in numbers)
    squares = reduce(CONTEXT.add, (CONTEXT.multiply(each, each) for each in distances))
    return CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(numbers) - 1)))


def _numbers(items: Sequence[object]) -> list[Decimal]:
    if not items:
        raise NullBecause("the list is empty")
    for item in items:
        if not isinstance(item, Decimal):
            raise NullBecause(f"a {kind_of(item)} is no number")
    return [item for item in items if isinstance(item, Decimal)]


@builtin("min", "list*")
def least(items: Sequence[object]) -> object:
    """Return the least of values of one kind."""
    return _extreme(items, "<")


@builtin("max", "list*")
def greatest(items: Sequence[object]) -> object:
    """Return the greatest of values of one kind."""
    return _extreme(items, ">")


def _extreme(items: Sequence[object], symbol: str) -> object:
    if not items:
        raise NullBecause("the list is empty")
    found = items[0]
    for item in items:
        if ordered(symbol, item, found):
            found = item
    return found


@builtin("all", "list*")
def every(items: Sequence[object]) -> bool | None:
    """Three-valued ``and`` of the items; true for none."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any", "list*")
def some(items: Sequence[object]) -> bool | None:
    """Three-valued ``or`` of the items; false for none."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None
