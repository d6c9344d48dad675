"""Input cells as sets of values: what an index and an analysis can know without evaluating.

A cell such as ``[1..5), > 10`` covers spans of an ordered type. One that looks at other
variables covers nothing that is known beforehand: it is *opaque*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from engine import feel
from engine.feel import nodes

#: types whose values have one order, so that spans of them can be compared and sorted
SORTED: Final = (Decimal, str, bool, date, timedelta, feel.YearsMonthsDuration)


@dataclass(frozen=True, slots=True)
class Span:
    """What lies between two ends; ``None`` is no end."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool

    def holds(self, value: Any) -> bool:
        """Tell whether a value of the same type lies in it."""
        above = self.low is None or (value >= self.low if self.low_included else value > self.low)
        return above and (
            self.high is None or (value <= self.high if self.high_included else value < self.high)
        )

    def is_empty(self) -> bool:
        """Tell whether nothing lies in it."""
        if self.low is None or self.high is None:
            return False
        both = self.low_included and self.high_included
        return bool(self.low > self.high or (self.low == self.high and not both))


ALL: Final = Span(None, None, False, False)


@dataclass(frozen=True, slots=True)
class Cover:
    """The values a cell accepts; without a type it accepts every value."""

    type: type | None
    spans: tuple[Span, ...]

    @property
    def is_any(self) -> bool:
        """Tell whether every value is accepted."""
        return self.type is None


ANYTHING: Final = Cover(None, (ALL,))


def cover_of(tests: feel.UnaryTests) -> Cover | None:
    """Return what a cell accepts; ``None`` when it is opaque."""
    tree = tests.tree
    if not isinstance(tree, nodes.UnaryTests):
        return None
    if not tree.tests:
        return ANYTHING
    spans: list[Span] = []
    found: set[type] = set()
    for each in tree.tests:
        read = _spans(each)
        if read is None:
            return None
        kind, parts = read
        found.add(kind)
        spans += parts
    if len(found) != 1:
        return None
    [kind] = found
    joined = merged(each for each in spans if not each.is_empty())
    return Cover(kind, complement(joined) if tree.negated else joined)


def _spans(test: nodes.Node) -> tuple[type, list[Span]] | None:
    if isinstance(test, nodes.OperatorTest):
        value = _constant(test.operand)
        return None if value is None else (type(value), _compared(test.operator, value))
    if isinstance(test, nodes.RangeOf):
        return _range(test)
    value = _constant(test)
    return None if value is None else (type(value), [Span(value, value, True, True)])


def _range(test: nodes.RangeOf) -> tuple[type, list[Span]] | None:
    written = [each for each in (test.low, test.high) if each is not None]
    ends = [_constant(each) for each in written]
    kinds = {type(each) for each in ends}
    if len(kinds) != 1 or None in ends:
        return None
    low = ends[0] if test.low is not None else None
    high = ends[-1] if test.high is not None else None
    return kinds.pop(), [Span(low, high, test.low_included, test.high_included)]


def _compared(operator: str, value: Any) -> list[Span]:
    match operator:
        case "<" | "<=":
            return [Span(None, value, False, operator == "<=")]
        case ">" | ">=":
            return [Span(value, None, operator == ">=", False)]
        case "=":
            return [Span(value, value, True, True)]
    return [Span(None, value, False, False), Span(value, None, False, False)]


def _constant(node: nodes.Node) -> Any:
    """Return the value of a literal of a sorted type; ``None`` for anything else."""
    value: Any = None
    match node:
        case nodes.Literal(value=found):
            value = found
        case nodes.Negation(operand=nodes.Literal(value=Decimal() as number)):
            value = -number
        case nodes.Call(
            function=nodes.Name(name="date" | "duration" as name),
            positional=(nodes.Literal(value=str() as text),),
            named=(),
        ):
            value = feel.evaluate(f"{name}(text)", {"text": text})
    return value if type(value) in SORTED else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same values as spans that neither meet nor touch, in order."""
    joined: list[Span] = []
    for each in sorted(spans, key=_by_low):
        if joined and _touch(joined[-1], each):
            joined[-1] = _union(joined[-1], each)
        else:
            joined.append(each)
    return tuple(joined)


class _Low:
    """Sorts the lower ends of spans; no end comes first, an included one before an excluded."""

    __slots__ = ("excluded", "value")

    def __init__(self, span: Span) -> None:
        self.value = span.low
        self.excluded = not span.low_included

    def __lt__(self, other: _Low) -> bool:
        if self.value is None or other.value is None:
            return self.value is None and other.value is not None
        if self.value == other.value:
            return not self.excluded and other.excluded
        return bool(self.value < other.value)


def _by_low(span: Span) -> _Low:
    return _Low(span)


def _touch(left: Span, right: Span) -> bool:
    if left.high is None or right.low is None:
        return True
    if left.high == right.low:
        return left.high_included or right.low_included
    return bool(left.high > right.low)


def _union(left: Span, right: Span) -> Span:
    if left.high is None or right.high is None:
        return Span(left.low, None, left.low_included, False)
    if left.high == right.high:
        included = left.high_included or right.high_included
        return Span(left.low, left.high, left.low_included, included)
    last = left if left.high > right.high else right
    return Span(left.low, last.high, left.low_included, last.high_included)


def complement(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return what lies in none of the spans, which are merged."""
    return tuple(_between(tuple(spans)))


def _between(spans: tuple[Span, ...]) -> Iterator[Span]:
    low: Any = None
    included = False
    for each in spans:
        if each.low is not None:
            yield Span(low, each.low, included, not each.low_included)
        if each.high is None:
            return
        low, included = each.high, not each.high_included
    yield Span(low, None, included, False)


def intersection(left: Span, right: Span) -> Span:
    """Return what lies in both; it may be empty."""
    low, low_in = left.low, left.low_included
    if right.low is not None and (low is None or right.low > low):
        low, low_in = right.low, right.low_included
    elif right.low is not None and right.low == low:
        low_in = low_in and right.low_included
    high, high_in = left.high, left.high_included
    if right.high is not None and (high is None or right.high < high):
        high, high_in = right.high, right.high_included
    elif right.high is not None and right.high == high:
        high_in = high_in and right.high_included
    return Span(low, high, low_in, high_in)
