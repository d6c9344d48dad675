"""Answers that took unusually long, what they have in common, and which way cases go on; pure.

A duration is unusual as Tukey has it: longer than the upper quartile by more than one and a half
times what lies between the quartiles ("Exploratory Data Analysis", 1977, 2D).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from statistics import quantiles
from typing import Final, NamedTuple
from uuid import UUID

from engine.queries.analytics.sample import Sample, Sampled, Visit
from engine.queries.analytics.spread import Spread

FEWEST: Final = 10  #: answers of a step before any is called unusual
SHOWN: Final = 5  #: cases named of one step
_FENCE: Final = 1.5
_TELLING: Final = 1.5  #: times as frequent among the unusual ones


class Shared(NamedTuple):
    """What is more frequent among unusual answers than among the others."""

    what: str  #: ``unit``, ``before`` (the step before it) or ``late`` (its deadline was missed)
    key: str
    name: str
    among: int  #: of a hundred unusual ones
    others: int  #: of a hundred others


@dataclass(frozen=True, slots=True)
class Outliers:
    """Unusual answers of one step."""

    element_id: str
    name: str
    usual: timedelta  #: up to here, in working time, nothing is unusual
    count: int
    of: int  #: answers
    longest: tuple[tuple[UUID, timedelta], ...]  #: cases, the longest first
    shared: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """How cases went on after a step."""

    element_id: str
    name: str
    after: str | None  #: the step that came next; ``None``: the case ended
    after_name: str
    count: int
    percent: int  #: of all that left the step
    rest: Spread | None  #: working time from there to the end, of those that ended


@dataclass(frozen=True, slots=True)
class _Answer:
    case: Sampled
    visit: Visit
    before: Visit | None
    took: timedelta


def outliers(sample: Sample) -> tuple[Outliers, ...]:
    """Return the steps with unusual answers, those with most of them first."""
    by_step: dict[str, list[_Answer]] = defaultdict(list)
    for each in _answers(sample):
        by_step[each.visit.element_id].append(each)
    found = (_of_step(key, some) for key, some in by_step.items() if len(some) >= FEWEST)
    return tuple(sorted(filter(None, found), key=lambda each: (-each.count, each.element_id)))


def branches(sample: Sample) -> tuple[Branch, ...]:
    """Return how cases went on after each step that leads to more than one other."""
    ways: dict[str, dict[str | None, list[timedelta]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, str] = {}
    for case in sample.finished:
        clock = sample.clocks.of(case.unit)
        answered = [each for each in case.visits if each.is_answered and each.closed_at]
        for visit, following in zip_longest(answered, answered[1:]):
            names.setdefault(visit.element_id, visit.name)
            after = following.element_id if following else None
            ended_at = case.finished_at or case.started_at
            rest = clock.between(visit.closed_at or ended_at, ended_at)
            ways[visit.element_id][after].append(rest)
    return tuple(
        Branch(
            step,
            names[step],
            after,
            names.get(after or "", ""),
            len(rests),
            len(rests) * 100 // sum(map(len, to.values())),
            Spread.of(rests),
        )
        for step, to in ways.items()
        if len(to) > 1
        for after, rests in sorted(to.items(), key=lambda each: -len(each[1]))
    )


def _answers(sample: Sample) -> Iterator[_Answer]:
    for case in sample.cases:
        clock, before = sample.clocks.of(case.unit), None
        for visit in case.visits:
            if visit.is_answered and visit.closed_at is not None:
                took = clock.between(visit.opened_at, visit.closed_at)
                yield _Answer(case, visit, before, took)
                before = visit


def _of_step(element_id: str, answers: Sequence[_Answer]) -> Outliers | None:
    seconds = [each.took.total_seconds() for each in answers]
    low, _, high = quantiles(seconds, n=4, method="inclusive")
    fence = high + _FENCE * (high - low)
    unusual = [each for each in answers if each.took.total_seconds() > fence]
    if not unusual:
        return None
    unusual.sort(key=lambda each: -each.took)
    others = [each for each in answers if each.took.total_seconds() <= fence]
    return Outliers(
        element_id,
        answers[0].visit.name,
        timedelta(seconds=fence),
        len(unusual),
        len(answers),
        tuple((each.case.id, each.took) for each in unusual[:SHOWN]),
        tuple(_shared(unusual, others)),
    )


def _shared(unusual: Sequence[_Answer], others: Sequence[_Answer]) -> Iterator[Shared]:
    among, usual = (
        Counter(fact for each in some for fact in _facts(each)) for some in (unusual, others)
    )
    for fact, count in among.most_common():
        share, other = count * 100 // len(unusual), usual[fact] * 100 // max(len(others), 1)
        if count > 1 and share > _TELLING * other:
            yield Shared(*fact, share, other)


def _facts(answer: _Answer) -> Iterator[tuple[str, str, str]]:
    yield "unit", answer.case.unit, answer.case.unit
    if answer.before is not None:
        yield "before", answer.before.element_id, answer.before.name
    if answer.visit.is_late:
        yield "late", "", ""
