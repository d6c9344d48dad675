"""How long human steps take, where they wait, and how many keep their deadlines; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from engine.model.instance import InstanceState
from engine.model.person import place_of, role_of
from engine.queries.analytics.sample import Sample, Sampled, Visit
from engine.queries.analytics.spread import Spread

FEWEST: Final = 5  #: answers of a step before anything is said of it


@dataclass(frozen=True, slots=True)
class Kept:
    """How many deadlines were kept."""

    in_time: int
    late: int

    @property
    def count(self) -> int:
        """How many deadlines were kept or missed; what is open and not yet due is neither."""
        return self.in_time + self.late

    @property
    def percent(self) -> int | None:
        """How many in a hundred were kept, rounded down; ``None``: there were no deadlines."""
        return self.in_time * 100 // self.count if self.count else None

    def misses(self, target: int | None) -> bool:
        """Tell whether fewer were kept than ``target`` of a hundred.

        >>> Kept(89, 11).misses(90), Kept(9, 1).misses(90), Kept(0, 0).misses(90)
        (True, False, False)
        """
        return target is not None and self.in_time * 100 < target * self.count


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One human step, or all at one desk or in one unit; durations are working time."""

    key: str  #: the element's id, the desk or the unit's code
    name: str
    visits: int
    open: int  #: of them, still waited for
    whole: Spread | None  #: from when it opened to its answer
    waiting: Spread | None  #: …of that, until somebody took it
    kept: Kept
    share: int  #: of all time that answers took, in percent, rounded down

    @property
    def has_enough(self) -> bool:
        """Tell whether it was answered often enough to say how long it takes."""
        return self.whole is not None and self.whole.count >= FEWEST


@dataclass(frozen=True, slots=True)
class Durations:
    """How long things take."""

    cases: Spread | None  #: from start to end
    steps: tuple[StepFigures, ...]  #: most of the time first
    desks: tuple[StepFigures, ...]
    units: tuple[StepFigures, ...]
    kept: Kept

    @property
    def bottlenecks(self) -> tuple[StepFigures, ...]:
        """The steps that hold cases up: those that take more than their share of the time."""
        fair = 100 // max(len(self.steps), 1)
        found = (each for each in self.steps if each.has_enough and each.share > fair)
        return tuple(found)[:_WORST]


_WORST: Final = 3


def durations(sample: Sample) -> Durations:
    """Return how long cases and their human steps take, by step, desk and unit."""
    visits = [_measured(sample, case, visit) for case in sample.cases for visit in case.visits]
    whole = [_between(sample, case) for case in sample.finished]
    return Durations(
        Spread.of(whole),
        _figures(visits, lambda each: (each.visit.element_id, each.visit.name)),
        _figures(visits, lambda each: (desk_key(each.visit.desk), each.visit.desk)),
        _figures(visits, lambda each: (each.unit, each.unit)),
        _kept(visits),
    )


def figures_by(
    sample: Sample, key: Callable[[Sampled, Visit], tuple[str, str]]
) -> tuple[StepFigures, ...]:
    """Return figures of human steps told apart by anything: its key, and what it is called."""
    keys: dict[int, tuple[str, str]] = {}
    visits = []
    for case in sample.cases:
        for visit in case.visits:
            measured = _measured(sample, case, visit)
            keys[id(measured)] = key(case, visit)
            visits.append(measured)
    return _figures(visits, lambda each: keys[id(each)])


def by_person(sample: Sample) -> tuple[StepFigures, ...]:
    """Return how long answers of single people took; of who gave few nothing is said.

    Whether anybody sees it is the house's to decide: `DIVAN_PERSONAL_FIGURES`.
    """
    visits = [
        _measured(sample, case, visit)
        for case in sample.cases
        for visit in case.visits
        if visit.is_answered and visit.closed_by is not None
    ]
    found = _figures(visits, lambda each: (each.visit.closed_by or "", each.visit.closed_by or ""))
    return tuple(each for each in found if each.has_enough)


def desk_key(desk: str) -> str:
    """Return what desks are told apart by: all contractors are one."""
    return role_of(desk) if place_of(desk).startswith("party:") else desk


@dataclass(frozen=True, slots=True)
class _Measured:
    """A visit with its times."""

    visit: Visit
    unit: str
    took: timedelta | None  #: until its answer; ``None``: there is none
    waited: timedelta | None  #: until somebody took it
    is_open: bool
    is_late: bool | None  #: ``None``: it has no deadline, or may still keep it


def _measured(sample: Sample, case: Sampled, visit: Visit) -> _Measured:
    is_open = visit.closed_at is None and case.state is InstanceState.RUNNING
    if visit.closed_at is None or not visit.is_answered:
        has_missed = is_open and visit.due_at is not None and visit.due_at < sample.at
        return _Measured(visit, case.unit, None, None, is_open, has_missed or None)
    clock, opened_at = sample.clocks.of(case.unit), visit.opened_at
    took = clock.between(opened_at, visit.closed_at)
    waited = clock.between(opened_at, visit.claimed_at or visit.closed_at)
    return _Measured(visit, case.unit, took, waited, is_open, visit.is_late)


def _figures(
    visits: list[_Measured], key: Callable[[_Measured], tuple[str, str]]
) -> tuple[StepFigures, ...]:
    by_key: dict[str, list[_Measured]] = defaultdict(list)
    names: dict[str, str] = {}
    for each in visits:
        found, name = key(each)
        by_key[found].append(each)
        names.setdefault(found, name)  # of the newest case
    total = sum((each.took for each in visits if each.took is not None), timedelta())
    made = (_step(each, names[each], some, total) for each, some in by_key.items())
    return tuple(sorted(made, key=lambda each: (-each.share, -each.visits, each.key)))


def _step(key: str, name: str, visits: list[_Measured], total: timedelta) -> StepFigures:
    whole = Spread.of(each.took for each in visits if each.took is not None)
    return StepFigures(
        key,
        name,
        len(visits),
        sum(each.is_open for each in visits),
        whole,
        Spread.of(each.waited for each in visits if each.waited is not None),
        _kept(visits),
        int(whole.total * 100 / total) if whole and total else 0,
    )


def _between(sample: Sample, case: Sampled) -> timedelta:
    clock = sample.clocks.of(case.unit)
    return clock.between(case.started_at, case.finished_at or case.started_at)


def _kept(visits: Iterable[_Measured]) -> Kept:
    late = [each.is_late for each in visits]
    return Kept(late.count(False), late.count(True))
