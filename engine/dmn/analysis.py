"""Which combinations of inputs the rules of a table take twice, leave out, or never reach.

Each column is cut where any of its cells begins or ends; between two cuts nothing changes.
A cell is then the set of its stretches, as the bits of one integer, and a rule a box of such
sets. Cells that look at other variables may be anything: nothing is claimed because of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import and_
from typing import Any, Final

from engine import feel
from engine.dmn.boxes import Rule, TableBox
from engine.dmn.cells import Cover, Span, cover_of

MAX_PAIRS: Final = 1_500_000  #: of rules compared
MAX_WORK: Final = 2_000_000  #: rules compared with groups of stretches in the search for gaps
MAX_SPANS: Final = 6  #: stretches of one column in a gap
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
        spans = list(islice(dict.fromkeys(self._spans(stretches)), MAX_SPANS + 1))
        if len(spans) > MAX_SPANS:
            spans[-1] = "…"
        return f"{self.label} is {', '.join(spans)}"

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
        high = self.ends[last // 2] if last < 2 * len(self.ends) else None
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


def analysed(box: TableBox, tests_of: Callable[[str], feel.UnaryTests | None]) -> Analysis:
    """Return what the rules of a table take twice, leave out, or never reach.

    Args:
        box: a table whose rows are complete.
        tests_of: compiles a cell; ``None`` for what is no FEEL.
    """
    axes = [_axis(box, at, tests_of) for at in range(len(box.inputs))]
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
            _Search(axes).gaps(live, found.gaps)
    except _TooLarge:
        found.whole = False
    found.unreachable = sorted(empty, key=lambda each: each.number)
    return found


@dataclass(frozen=True, slots=True)
class _Box:
    """A rule as the stretches it accepts, by column."""

    rule: Rule
    cells: list[int | None]


def _axis(box: TableBox, at: int, tests_of: Callable[[str], feel.UnaryTests | None]) -> _Axis:
    def cover(text: str) -> Cover | None:
        tests = tests_of(text)
        return None if tests is None else cover_of(tests)

    covers = [cover(rule.tests[at]) for rule in box.rules]
    domain = box.inputs[at].allowed
    allowed = cover(domain) if domain else None
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
    """Note the pairs of rules that surely can be hit together.

    Rules are swept along the column that keeps the fewest of them apart from one another.
    """
    known = [(each, [cell for cell in each.cells if cell is not None]) for each in boxes]
    known = [(each, cells) for each, cells in known if len(cells) == len(each.cells)]
    if not known:
        return
    at = min(range(len(known[0][1])), key=lambda each: sum(_width(row[each]) for _, row in known))
    known.sort(key=lambda each: _first(each[1][at]))
    compared = 0
    for number, (left, cells) in enumerate(known):
        last = cells[at].bit_length()
        for right, others in islice(known, number + 1, None):
            if _first(others[at]) > last:
                break
            compared += 1
            if compared > MAX_PAIRS or len(found.overlaps) == MAX_TOLD:
                found.whole = False
                return
            if all(map(and_, cells, others)):
                pair = sorted((left.rule, right.rule), key=lambda each: each.number)
                found.overlaps.append((pair[0], pair[1]))


def _width(cell: int) -> int:
    return cell.bit_length() - _first(cell)


def _first(cell: int) -> int:
    """Return the place of the first stretch, from 1."""
    return (cell & -cell).bit_length()


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
        self._work = 0

    def gaps(self, boxes: Sequence[_Box], found: list[str]) -> None:
        """Add what no rule accepts, in words; rules that may accept it count as doing so."""
        for gap in self._uncovered(boxes, [each.domain for each in self._axes], 0):
            words = (axis.words(each) for axis, each in zip(self._axes, gap, strict=True))
            found.append(" and ".join(each for each in words if each) or "anything")
            if len(found) == MAX_TOLD:
                break

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
        for stretches, holding in self._groups(boxes, within[at], at):
            narrowed = [*within]
            narrowed[at] = stretches
            yield from self._uncovered(holding, narrowed, at + 1)

    def _groups(
        self, boxes: Sequence[_Box], within: int, at: int
    ) -> Iterable[tuple[int, list[_Box]]]:
        """Part the stretches of a column by the rules that hold in them."""
        groups: list[tuple[int, list[_Box]]] = [(within, [])]
        for box in boxes:
            self._work += len(groups)
            if self._work > MAX_WORK:
                raise _TooLarge
            cell = box.cells[at]
            parted: list[tuple[int, list[_Box]]] = []
            for stretches, holding in groups:
                inside = stretches if cell is None else stretches & cell
                if inside != stretches:
                    parted.append((stretches ^ inside, holding))
                if inside:
                    parted.append((inside, [*holding, box]))
            groups = parted
        return groups
