"""The ways cases went through their human steps, and how many went each; pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine.queries.analytics.sample import Sample, Sampled
from engine.queries.analytics.spread import Spread

SHOWN: Final = 10  #: the most frequent ones; the others are summed up


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way."""

    element_id: str
    name: str
    times: int  #: in a row


@dataclass(frozen=True, slots=True)
class Variant:
    """One way, and those that went it."""

    steps: tuple[Step, ...]
    end_id: str | None
    count: int
    percent: int  #: of all finished cases, rounded down
    spread: Spread | None  #: of their whole durations, in working time
    example: UUID  #: the newest of them
    returns: int  #: how often a step is come to again


@dataclass(frozen=True, slots=True)
class Variants:
    """All ways that finished cases went."""

    shown: tuple[Variant, ...]  #: most frequent first
    count: int  #: of ways
    others: int  #: cases that went a way that is not shown
    cases: int


def variants(sample: Sample) -> Variants:
    """Return the ways finished cases went, the most frequent first."""
    ways: dict[tuple[tuple[str, ...], str | None], list[Sampled]] = defaultdict(list)
    finished = sample.finished
    for case in finished:
        ways[tuple(each.element_id for each in case.visits), case.end_id].append(case)
    in_order = sorted(ways.items(), key=lambda each: (-len(each[1]), each[0][0], each[0][1] or ""))
    shown = tuple(
        _variant(sample, path, end_id, cases, len(finished))
        for (path, end_id), cases in in_order[:SHOWN]
    )
    others = len(finished) - sum(each.count for each in shown)
    return Variants(shown, len(ways), others, len(finished))


def _variant(
    sample: Sample, path: tuple[str, ...], end_id: str | None, cases: list[Sampled], of: int
) -> Variant:
    return Variant(
        _steps(cases[0]),
        end_id,
        len(cases),
        len(cases) * 100 // of,
        Spread.of(_took(sample, each) for each in cases),
        cases[0].id,
        len(path) - len(set(path)),
    )


def _steps(case: Sampled) -> tuple[Step, ...]:
    found: list[Step] = []
    for each in case.visits:
        if found and found[-1].element_id == each.element_id:
            found[-1] = Step(each.element_id, each.name, found[-1].times + 1)
        else:
            found.append(Step(each.element_id, each.name, 1))
    return tuple(found)


def _took(sample: Sample, case: Sampled) -> timedelta:
    return sample.clocks.of(case.unit).between(case.started_at, case.finished_at or case.started_at)
