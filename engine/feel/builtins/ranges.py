"""Functions that compare points and ranges (DMN 1.4, table 80), and ``range`` (DMN 1.6).

Each range has a lower and an upper *edge*. An edge that is not included lies a trifle inside
its value, so that every relation of the table is a comparison of edges.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from engine.feel.builtins.registry import BUILTINS, builtin
from engine.feel.errors import FeelSyntaxError, NullBecause
from engine.feel.nodes import Call, Literal, Name, Negation, Node
from engine.feel.operators import equal, negated, ordered
from engine.feel.parser import parse_expression
from engine.feel.values import ORDERED, Range, kind_of


class _Edge(NamedTuple):
    """Where a range begins or ends; ``None`` stands for without limit, on the ``side`` given."""

    value: object
    inside: int  #: -1 just before the value, 0 at it, 1 just after it
    side: int  #: -1 for a lower edge, 1 for an upper one


def _low(place: object) -> _Edge:
    if not isinstance(place, Range):
        return _Edge(place, 0, -1)
    return _Edge(place.low, 0 if place.low_included else 1, -1)


def _high(place: object) -> _Edge:
    if not isinstance(place, Range):
        return _Edge(place, 0, 1)
    return _Edge(place.high, 0 if place.high_included else -1, 1)


def _less(left: _Edge, right: _Edge) -> bool:
    if left.value is None or right.value is None:
        endless = (0 if each.value is not None else each.side for each in (left, right))
        first, second = endless
        return first < second
    if equal(left.value, right.value):
        return left.inside < right.inside
    return ordered("<", left.value, right.value)


def _same(left: _Edge, right: _Edge) -> bool:
    return not _less(left, right) and not _less(right, left)


def _before(first: object, second: object) -> bool:
    return _less(_high(first), _low(second))


def _meets(first: object, second: object) -> bool:
    return None not in (_high(first).value, _low(second).value) and _same(
        _high(first), _low(second)
    )


def _overlaps(first: object, second: object) -> bool:
    return not _before(first, second) and not _before(second, first)


def _overlaps_before(first: object, second: object) -> bool:
    return (
        _less(_low(first), _low(second))
        and not _before(first, second)
        and not _less(_high(second), _high(first))
    )


def _finishes(first: object, second: object) -> bool:
    ends = _same(_high(first), _high(second))
    return ends and not (isinstance(first, Range) and _less(_low(first), _low(second)))


def _during(first: object, second: object) -> bool:
    return not _less(_low(first), _low(second)) and not _less(_high(second), _high(first))


def _starts(first: object, second: object) -> bool:
    begins = _same(_low(first), _low(second))
    return begins and not (isinstance(first, Range) and _less(_high(second), _high(first)))


def _coincides(first: object, second: object) -> bool:
    return _same(_low(first), _low(second)) and _same(_high(first), _high(second))


_Relation = Callable[[object, object], bool]


def _turned(relation: _Relation) -> _Relation:
    return lambda first, second: relation(second, first)


_POINT = " | ".join(sorted(ORDERED))
_POINTS = f"point1: {_POINT}, point2: {_POINT}"
_POINT_RANGE = f"point: {_POINT}, range: range"
_RANGE_POINT = f"range: range, point: {_POINT}"
_RANGES = "range1: range, range2: range"

for _name, _relation, _signatures in (
    ("before", _before, (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)),
    ("after", _turned(_before), (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)),
    ("meets", _meets, (_RANGES,)),
    ("met by", _turned(_meets), (_RANGES,)),
    ("overlaps", _overlaps, (_RANGES,)),
    ("overlaps before", _overlaps_before, (_RANGES,)),
    ("overlaps after", _turned(_overlaps_before), (_RANGES,)),
    ("finishes", _finishes, (_POINT_RANGE, _RANGES)),
    ("finished by", _turned(_finishes), (_RANGE_POINT, _RANGES)),
    ("includes", _turned(_during), (_RANGE_POINT, _RANGES)),
    ("during", _during, (_POINT_RANGE, _RANGES)),
    ("starts", _starts, (_POINT_RANGE, _RANGES)),
    ("started by", _turned(_starts), (_RANGE_POINT, _RANGES)),
    ("coincides", _coincides, (_POINTS, _RANGES)),
):
    builtin(_name, *_signatures)(_relation)


_RANGE_TEXT = re.compile(
    r'\s*(?P<opening>[\[(\]])(?P<low>(?:"(?:[^"\\]|\\.)*"|[^".]|\.(?!\.))*)\.\.(?P<high>.*)'
    r"(?P<closing>[\])\[])\s*",
    re.DOTALL,
)
_MAKERS = ("date", "time", "date and time", "duration")


@builtin("range", "from: string")
def range_from(text: str) -> Range:
    """Return the range a text such as ``[18..21)`` or ``(..@"2026-01-31"]`` writes.

    Its ends are literals, or dates and durations made of one. An end that is left out is
    without limit, and its bracket is then an open one.
    """
    match = _RANGE_TEXT.fullmatch(text)
    if match is None:
        raise NullBecause(f"“{text}” is no range such as [1..10]")
    low, high = _end(match["low"]), _end(match["high"])
    low_included, high_included = match["opening"] == "[", match["closing"] == "]"
    kinds = {kind_of(each) for each in (low, high) if each is not None}
    if len(kinds) != 1 or not kinds <= ORDERED:
        raise NullBecause(f"the ends of “{text}” are no two values of one type")
    if (low is None and low_included) or (high is None and high_included):
        raise NullBecause(f"the end that “{text}” leaves out cannot be included")
    return Range(low, high, low_included, high_included)


def _end(text: str) -> object:
    if not text.strip():
        return None
    try:
        return _constant(parse_expression(text))
    except FeelSyntaxError as error:
        raise NullBecause(f"“{text}” is no end of a range: {error}") from None


def _constant(node: Node) -> object:
    match node:
        case Literal(value=value) if value is not None:
            return value
        case Negation(operand=Literal(value=value)):
            return negated(value)
        case Call(function=Name(name=name), positional=(Literal(value=value),)) if name in _MAKERS:
            return BUILTINS[name].answer((value,), {}, None, lambda _steps: None)
    raise NullBecause("the ends of a range are literals")
