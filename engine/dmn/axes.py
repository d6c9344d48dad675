"""An input column of a decision table cut where its cells begin and end, and what lies there."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from engine import feel
from engine.dmn.boxes import TableBox
from engine.dmn.cells import Cover, Span, cover_of
from engine.findings import Detail, detail, listed

MAX_SPANS: Final = 6  #: stretches of one column in a gap


@dataclass(slots=True)
class Axis:
    """One input column cut into stretches: even ones lie between two ends, odd ones upon one."""

    label: str
    ends: list[Any]
    cells: list[int | None]  #: by rule: the stretches it accepts; None: not known
    domain: int  #: the stretches a value may lie in

    def words(self, stretches: int) -> Detail | None:
        """Return stretches as an analyst would write them."""
        if stretches == self.domain:
            return None
        spans = list(islice(dict.fromkeys(self._spans(stretches)), MAX_SPANS + 1))
        if len(spans) > MAX_SPANS:
            spans[-1] = "…"
        return detail("DMN-041-2", label=self.label, spans=listed("AT-LIST", spans))

    def test(self, stretches: int) -> str:
        """Return a cell that accepts these stretches and no others."""
        if stretches == self.domain:
            return "-"
        if self.ends and isinstance(self.ends[0], str):
            return self._texts(stretches)
        return ", ".join(self._spans(stretches, in_feel))

    def _texts(self, stretches: int) -> str:
        named = [each for at, each in enumerate(self.ends) if stretches >> (2 * at + 1) & 1]
        if stretches & 1:  # all other texts too
            others = [in_feel(each) for each in self.ends if each not in named]
            return f"not({', '.join(others)})" if others else "-"
        return ", ".join(in_feel(each) for each in named)

    def example(self, stretches: int) -> Any:
        """Return a value in these stretches; ``None`` where any value does, or none is known."""
        if stretches == self.domain:
            return None
        upon = stretches & self._upon
        if upon:
            return self.ends[(first_of(upon) - 1) // 2]
        at = first_of(stretches) - 1
        low = self.ends[at // 2 - 1] if at > 0 else None
        high = self.ends[at // 2] if at < 2 * len(self.ends) else None
        return _between(low, high)

    @property
    def _upon(self) -> int:
        """The stretches that are one value each."""
        return sum(1 << (2 * at + 1) for at in range(len(self.ends)))

    def _spans(self, stretches: int, text: Callable[[Any], str] | None = None) -> Iterator[str]:
        at, last = 0, 2 * len(self.ends)
        while at <= last:
            if not stretches >> at & 1:
                at += 1
                continue
            end = at
            while end < last and stretches >> (end + 1) & 1:
                end += 1
            yield self._span(at, end, text or _text)
            at = end + 1

    def _span(self, first: int, last: int, text: Callable[[Any], str]) -> str:
        if first == last and first % 2:
            return text(self.ends[first // 2])
        low = self.ends[(first - 1) // 2] if first > 0 else None
        high = self.ends[last // 2] if last < 2 * len(self.ends) else None
        if isinstance(low if low is not None else high, str):
            return "another text"
        if low is None:
            return "anything" if high is None else f"{'<=' if last % 2 else '<'} {text(high)}"
        if high is None:
            return f"{'>=' if first % 2 else '>'} {text(low)}"
        opening, closing = "[" if first % 2 else "(", "]" if last % 2 else ")"
        return f"{opening}{text(low)}..{text(high)}{closing}"


def _text(value: Any) -> str:
    plain = feel.to_json(value)
    if isinstance(plain, bool):
        return str(plain).lower()
    return f'"{plain}"' if isinstance(value, str) else str(plain)


def in_feel(value: Any) -> str:
    """Return a value of a cell as FEEL writes it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool | Decimal):
        return _text(value)
    name = "duration" if str(feel.to_json(value)).lstrip("-").startswith("P") else "date"
    return f'{name}("{feel.to_json(value)}")'


def _between(low: Any, high: Any) -> Any:
    """Return a value between two others, of which one may be missing; ``None`` when unknown."""
    known = low if low is not None else high
    if isinstance(known, str):
        return None
    step = Decimal(1) if isinstance(known, Decimal) else _step(known)
    if low is None:
        return feel.evaluate("high - step", {"high": high, "step": step})
    found = feel.evaluate("low + step", {"low": low, "step": step})
    if high is None or feel.evaluate("found < high", {"found": found, "high": high}):
        return found
    return (low + high) / 2 if isinstance(known, Decimal) else None


def _step(known: Any) -> Any:
    if isinstance(known, feel.YearsMonthsDuration):
        return feel.evaluate('duration("P1M")', {})
    return feel.evaluate('duration("P1D")', {})


def axis_of(box: TableBox, at: int, tests_of: Callable[[str], feel.UnaryTests | None]) -> Axis:
    """Return an input column of a table, cut where its cells begin and end.

    Args:
        tests_of: compiles a cell; ``None`` for what is no FEEL.
    """

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
    return Axis(box.inputs[at].label, ends, cells, whole)


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


def first_of(cell: int) -> int:
    """Return the place of the first stretch, from 1."""
    return (cell & -cell).bit_length()
