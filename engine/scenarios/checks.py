"""What a test expects of a step, beside what stood: one check for each thing said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from engine.model.person import role_of
from engine.play import PlayedCase, Seen
from engine.scenarios.moments import day_from, day_text, moment_from, moment_text
from engine.scenarios.plain import NotPlain, plain
from engine.scenarios.scenario import Expectation, Step
from engine.values import local_date

_TICK: Final = timedelta(microseconds=1)  #: a deadline ends at 24:00 of its last day


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was expected, and what was seen."""

    kind: str  #: the key of the expectation: ``open``, ``values``, …; ``reached``: not played
    about: str  #: the element or variable it is about; empty: the run
    expected: Any  #: plain
    seen: Any  #: plain, ``None`` where there was nothing
    held: bool


def checks_of(step: Step, seen: Seen | None, before: Seen | None) -> Iterator[Check]:
    """Yield what was expected of a step; a refusal or failure nobody expected is told too."""
    if seen is None:
        yield Check("reached", "", True, None, held=False)
        return
    expect = step.expect
    yield from _refusals(expect, seen)
    yield from _failures(expect, seen, before)
    yield from _waiting(expect, seen)
    yield from _ended(expect, seen)
    yield from _values(expect, seen)
    yield from _passed(expect, seen)
    yield from _times(expect, seen)


def _refusals(expect: Expectation, seen: Seen) -> Iterator[Check]:
    codes: list[str] = []
    if seen.refusal is not None:
        problems = [each for each in seen.refusal.problems if each.severity == "error"]
        codes = [f"{each.code} {each.field or ''}".strip() for each in problems]
        codes = codes or [seen.refusal.code]
    known = {*codes, *(each.partition(" ")[0] for each in codes)}
    if expect.refused or codes:
        held = bool(expect.refused) and bool(codes) and known.issuperset(expect.refused)
        yield Check("refused", "", list(expect.refused), codes, held=held)


def _failures(expect: Expectation, seen: Seen, before: Seen | None) -> Iterator[Check]:
    """Tell of steps that went wrong, unless that was so before."""
    known = {each.element for each in before.failures} if before else set()
    failing = {each.element or "": each.cause for each in seen.failures}
    new = {each for each in failing if each not in known}
    if expect.failed or new:
        told = {each: failing[each][:500] for each in sorted({*new, *expect.failed} & {*failing})}
        held = {*failing} >= {*expect.failed} and new <= {*expect.failed}
        yield Check("failed", "", list(expect.failed), told, held=held)


def _waiting(expect: Expectation, seen: Seen) -> Iterator[Check]:
    if expect.open is not None:
        tasks = {each.element: each.desk for each in seen.tasks}
        fits = tasks.keys() == expect.open.keys() and all(
            said in ("", tasks[element], role_of(tasks[element]))
            for element, said in expect.open.items()
        )
        yield Check("open", "", dict(expect.open), tasks, held=fits)
    if expect.held is not None:
        held = sorted({each.element for each in seen.held})
        yield Check("held", "", list(expect.held), held, held=held == sorted(expect.held))


def _ended(expect: Expectation, seen: Seen) -> Iterator[Check]:
    if expect.ended is None:
        return
    case = _case(expect, seen)
    end = None if case is None else "" if case.is_running else case.end_id
    yield Check("ended", "", expect.ended, end, held=end == expect.ended)


def _values(expect: Expectation, seen: Seen) -> Iterator[Check]:
    case = _case(expect, seen)
    values = case.values if case else {}
    for name, expected in expect.values.items():
        stands = _plain(values.get(name))
        yield Check("values", name, expected, stands, held=is_same(expected, stands))
    for name in expect.empty:
        stands = _plain(values.get(name))
        yield Check("empty", name, None, stands, held=stands in (None, "", [], {}))
    for element, expected in expect.decided.items():
        made = _decided(seen, element)
        yield Check("decided", element, expected, made, held=is_same(expected, made))


def _decided(seen: Seen, element: str) -> Any:
    """Return what came out of a decision the last time it was made in this step."""
    for each in reversed(seen.passed):
        if each.element_id == element and each.explanation is not None:
            decisions: Any = each.explanation.get("decisions") or [{}]
            return _plain(decisions[-1].get("value"))
    return None


def _passed(expect: Expectation, seen: Seen) -> Iterator[Check]:
    gone = {each.element_id for each in seen.passed}
    gone |= {flow for each in seen.passed for flow in each.flow_ids}
    for each in expect.passed:
        yield Check("passed", each, True, each in gone, held=each in gone)
    for each in expect.not_passed:
        yield Check("not_passed", each, False, each in gone, held=each not in gone)


def _times(expect: Expectation, seen: Seen) -> Iterator[Check]:
    for element, said in expect.timers.items():
        found = [each.at for each in seen.timers if (each.element, each.notice) == (element, None)]
        held = bool(found) and (not said or moment_from(said) in found)
        yield Check("timers", element, said, [moment_text(each) for each in found], held=held)
    for element, said in expect.due.items():
        days = [
            local_date(each.due_at - _TICK)
            for each in seen.tasks
            if each.element == element and each.due_at
        ]
        held = bool(days) and (not said or day_from(said) in days)
        yield Check("due", element, said, [day_text(each) for each in days], held=held)


def _case(expect: Expectation, seen: Seen) -> PlayedCase | None:
    return next((each for each in seen.cases if each.number == expect.case), None)


def _plain(value: Any) -> Any:
    try:
        return None if value is None else plain(value)
    except NotPlain:
        return str(value)


def is_same(expected: Any, seen: Any) -> bool:
    """Tell whether a value is the one expected; numbers by what they are worth, days by either
    calendar.
    """
    match expected, seen:
        case (bool(), _) | (_, bool()):
            return expected is seen
        case (int() | Decimal(), int() | Decimal()):
            return bool(expected == seen)
        case (str(), str()):
            return expected == seen or _is_same_day(expected, seen)
        case (Mapping(), Mapping()):
            same_names = expected.keys() == seen.keys()
            return same_names and all(is_same(expected[each], seen[each]) for each in expected)
        case (list(), list()):
            same_length = len(expected) == len(seen)
            return same_length and all(map(is_same, expected, seen))
    return False


def _is_same_day(expected: str, seen: str) -> bool:
    try:
        return len(expected) <= 10 and day_from(expected) == day_from(seen)
    except ValueError:
        return False
