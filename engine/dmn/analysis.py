"""Which combinations of inputs the rules of a table take twice, leave out, or never reach.

Each column is cut where any of its cells begins or ends; between two cuts nothing changes.
A cell is then the set of its stretches, as the bits of one integer, and a rule a box of such
sets. Cells that look at other variables may be anything: nothing is claimed because of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from engine import feel
from engine.dmn.boxes import Rule, TableBox
from engine.dmn.cells import Cover, Span, cover_of

MAX_PAIRS: Final = 1_500_000  #: of rules compared
MAX_STEPS: Final = 30_000  #: stretches looked at while searching for gaps
MAX_TOLD: Final = 20  #: overlaps, and gaps, of one table


@dataclass(slots=True)
class Analysis:
    """What was found; ``whole`` is False when a bound ended the search."""

    overlaps: list[tuple[Rule, Rule]] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    unreachable: list[Rule] = field(default_factory=list)
    whole: bool = True


class _TooLarge(Exception):
    """A bound was reached."""


@dataclass(slots=True)
class _Axis:
    """One input column cut into stretches: even ones lie between two ends, odd ones upon one."""

    label: str
    ends: list[Any]
    cells: list[int | None]  #: by rule: the stretches it accepts; None: not known
    domain: int  #: the stretches a value may lie in

    def words(self, stretches: int) -> str:
        """Return stretches as an analyst would write them."""
        if stretches == self.domain:
            return ""
        return f"{self.label} is {', '.join(self._spans(stretches))}"

    def _spans(self, stretches: int) -> Iterator[str]:
        at, last = 0, 2 * len(self.ends)
        while at <= last:
            if not stretches >> at & 1:
                at += 1
                continue
            end = at
            while end < last and stretches >> (end + 1) & 1:
                end += 1
            yield self._span(at, end)
            at = end + 1

    def _span(self, first: int, last: int) -> str:
        if first == last and first % 2:
            return _text(self.ends[first // 2])
        low = self.ends[(first - 1) // 2] if first > 0 else None
        high = self.ends[(last + 1) // 2] if last < 2 * len(self.ends) else None
        if isinstance(low if low is not None else high, str):
            return "another text"
        if low is None:
            return "anything" if high is None else f"{'<=' if last % 2 else '<'} {_text(high)}"
        if high is None:
            return f"{'>=' if first % 2 else '>'} {_text(low)}"
        opening, closing = "[" if first % 2 else "(", "]" if last % 2 else ")"
        return f"{opening}{_text(low)}..{_text(high)}{closing}"


def _text(value: Any) -> str:
    plain = feel.to_json(value)
    if isinstance(plain, bool):
        return str(plain).lower()
    return f'"{plain}"' if isinstance(value, str) else str(plain)


def analysed(box: TableBox, domains: Sequence[str | None]) -> Analysis:
    """Return what the rules of a table take twice, leave out, or never reach.

    Args:
        box: a table whose rows are complete.
        domains: by column, the unary tests that its values meet, where the model says them.
    """
    axes = [_axis(box, at, domain) for at, domain in enumerate(domains)]
    boxes = [_Box(rule, [axis.cells[at] for axis in axes]) for at, rule in enumerate(box.rules)]
    found = Analysis()
    empty = [each.rule for each in boxes if 0 in each.cells]
    live = [each for each in boxes if 0 not in each.cells]
    if box.hit_policy in ("UNIQUE", "ANY"):
        _find_overlaps(live, found)
    try:
        if box.hit_policy == "FIRST":
            empty += _hidden(live, axes)
        answers_once = box.hit_policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST")
        if answers_once and not any(each.default for each in box.outputs):
            found.gaps = _Search(axes).gaps(live)
    except _TooLarge:
        found.whole = False
    found.unreachable = sorted(empty, key=lambda each: each.number)
    return found


@dataclass(frozen=True, slots=True)
class _Box:
    """A rule as the stretches it accepts, by column."""

    rule: Rule
    cells: list[int | None]


def _axis(box: TableBox, at: int, domain: str | None) -> _Axis:
    covers = [_cover(rule.tests[at]) for rule in box.rules]
    allowed = _cover(domain) if domain else None
    kinds = {each.type for each in (*covers, allowed) if each and each.type}
    if len(kinds) > 1:
        covers = [None if each and each.type else each for each in covers]
        allowed = None
    spans = [span for each in (*covers, allowed) if each for span in each.spans]
    found = {end for span in spans for end in (span.low, span.high)} - {None}
    if kinds == {bool}:
        found, allowed = (
            {False, True},
            Cover(bool, (Span(False, False, True, True), Span(True, True, True, True))),
        )
    ends = sorted(found)
    whole = _bits(ends, allowed) if allowed else (1 << 2 * len(ends) + 1) - 1
    cells = [None if each is None else _bits(ends, each) & whole for each in covers]
    return _Axis(box.inputs[at].label, ends, cells, whole)


_TRUTHS: Final = Cover(bool, (Span(False, False, True, True), Span(True, True, True, True)))


def _cover(text: str) -> Cover | None:
    try:
        return cover_of(feel.compile_unary_tests(text))
    except feel.FeelSyntaxError:
        return None


def _bits(ends: list[Any], cover: Cover) -> int:
    bits = 0
    for span in cover.spans:
        first, last = 0, 2 * len(ends)
        if span.low is not None:
            first = 2 * bisect_left(ends, span.low) + 1 + (not span.low_included)
        if span.high is not None:
            last = 2 * bisect_left(ends, span.high) + 1 - (not span.high_included)
        bits |= (1 << last + 1) - (1 << first) if last >= first else 0
    return bits


def _find_overlaps(boxes: Sequence[_Box], found: Analysis) -> None:
    """Note the pairs of rules that surely can be hit together."""
    known = [each for each in boxes if None not in each.cells]
    for compared, (left, right) in enumerate(combinations(known, 2)):
        if compared >= MAX_PAIRS or len(found.overlaps) >= MAX_TOLD:
            found.whole = False
            return
        if all(a & b for a, b in zip(left.cells, right.cells, strict=True)):  # type: ignore[operator]
            found.overlaps.append((left.rule, right.rule))


def _hidden(boxes: Sequence[_Box], axes: Sequence[_Axis]) -> list[Rule]:
    """Return the rules of a first-hit table for which those above leave nothing."""
    hidden = []
    search = _Search(axes)
    for at, each in enumerate(boxes):
        above = [other for other in boxes[:at] if None not in other.cells]
        if above and not search.leaves_any(each, above):
            hidden.append(each.rule)
    return hidden


class _Search:
    """Looks for combinations of stretches that no rule accepts, column by column."""

    def __init__(self, axes: Sequence[_Axis]) -> None:
        self._axes = axes
        self._steps = 0

    def gaps(self, boxes: Sequence[_Box]) -> list[str]:
        """Return what no rule accepts, in words; rules that may accept it count as doing so."""
        found: list[str] = []
        for gap in self._uncovered(boxes, [each.domain for each in self._axes], 0):
            words = (axis.words(each) for axis, each in zip(self._axes, gap, strict=True))
            found.append(" and ".join(each for each in words if each) or "anything")
            if len(found) == MAX_TOLD:
                break
        return found

    def leaves_any(self, box: _Box, above: Sequence[_Box]) -> bool:
        """Tell whether a rule accepts anything that those above do not."""
        cells = [
            axis.domain if each is None else each
            for axis, each in zip(self._axes, box.cells, strict=True)
        ]
        return next(self._uncovered(above, cells, 0), None) is not None

    def _uncovered(self, boxes: Sequence[_Box], within: list[int], at: int) -> Iterator[list[int]]:
        if not boxes:
            yield within
            return
        if at == len(within):
            return
        for stretches, hit in self._groups(boxes, within[at], at).items():
            narrowed = [*within]
            narrowed[at] = hit
            yield from self._uncovered([boxes[each] for each in stretches], narrowed, at + 1)

    def _groups(self, boxes: Sequence[_Box], within: int, at: int) -> dict[tuple[int, ...], int]:
        """Join the stretches of a column in which the same rules hold."""
        groups: dict[tuple[int, ...], int] = {}
        rest = within
        while rest:
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise _TooLarge
            bit = rest & -rest
            rest ^= bit
            holding = tuple(
                number
                for number, each in enumerate(boxes)
                if (cell := each.cells[at]) is None or cell & bit
            )
            groups[holding] = groups.get(holding, 0) | bit
        return groups
