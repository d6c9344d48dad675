"""A chart of one's own: a figure of the cases of a process, split by what one chooses."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.instance import InstanceState, instance_table
from engine.model.person import Actor
from engine.queries.analytics.sample import MOST_COUNTED, Sample, Sampled, Visit, cases_asked
from engine.queries.analytics.spread import Spread
from engine.queries.analytics.steps import StepFigures, desk_key, figures_by
from engine.values import JalaliDate, local_date


class Measure(enum.Enum):
    """What is counted or measured; durations are working time."""

    STARTED = "started"  #: cases
    FINISHED = "finished"  #: cases that reached an end
    TOOK = "took"  #: half of the finished cases took no longer
    ANSWERS = "answers"  #: given to steps
    ANSWERING = "answering"  #: half of the answers took no longer
    KEPT = "kept"  #: of a hundred deadlines


class Split(enum.Enum):
    """What the figures are told apart by."""

    UNIT = "unit"
    MONTH = "month"  #: Jalali, in which the case or the step began
    STEP = "step"
    DESK = "desk"


#: a whole case is at no single step or desk
OF_CASES: Final = frozenset({Measure.STARTED, Measure.FINISHED, Measure.TOOK})
_OF_STEPS: Final = frozenset({Split.STEP, Split.DESK})


@dataclass(frozen=True, slots=True)
class Chart:
    """Which figure, split by what."""

    measure: Measure
    split: Split

    @classmethod
    def read(cls, measure: str, split: str) -> Self | None:
        """Return a chart by its words; ``None``: there is none, or it would say nothing.

        >>> Chart.read("kept", "step").code, Chart.read("took", "step"), Chart.read("x", "unit")
        ('kept.step', None, None)
        """
        try:
            found = cls(Measure(measure), Split(split))
        except ValueError:
            return None
        return None if found.measure in OF_CASES and found.split in _OF_STEPS else found

    @classmethod
    def of_code(cls, code: str) -> Self | None:
        """Return a chart by what a report keeps of it."""
        measure, _, split = code.partition(".")
        return cls.read(measure, split)

    @property
    def code(self) -> str:
        """What a report keeps of it."""
        return f"{self.measure.value}.{self.split.value}"


@dataclass(frozen=True, slots=True)
class Line:
    """One bar."""

    key: str  #: a unit's code, a desk, an element's id, or a month as ``1405-09``
    name: str  #: of a step or desk as its newest case has it; else the key
    count: int  #: cases, answers or deadlines that it is worked out from
    value: int | timedelta  #: a number, a duration, or of a hundred


@dataclass(frozen=True, slots=True)
class Drawn:
    """The bars of a chart."""

    lines: tuple[Line, ...]  #: months as they follow, all else from the largest down
    cases: int  #: that it is worked out from, the newest
    is_whole: bool  #: these are all of the period


def draw(session: Session, actor: Actor, sample: Sample, chart: Chart) -> Drawn:
    """Work a chart out: cases are counted up to `MOST_COUNTED`, all else is of the sample."""
    if chart.measure in _COUNTED:
        rows = _counted(session, actor, sample, chart.measure)
        whole, cases = len(rows) < MOST_COUNTED, len(rows)
        counts = Counter(_case_key(unit, at, chart.split) for unit, at in rows)
        found = [Line(key, key, count, count) for key, count in counts.items()]
    else:
        whole, cases = sample.is_whole, len(sample.cases)
        found = list(_took_by(sample, chart) if chart.measure is Measure.TOOK else ())
        if chart.measure is not Measure.TOOK:
            figures = figures_by(sample, _KEYS[chart.split])
            found = [line for each in figures if (line := _of_step(each, chart.measure))]
    if chart.split is Split.MONTH:
        found.sort(key=lambda each: each.key)
    else:
        found.sort(key=lambda each: (-_size(each), each.key))
    return Drawn(tuple(found), cases, whole)


_COUNTED: Final = frozenset({Measure.STARTED, Measure.FINISHED})


def _counted(
    session: Session, actor: Actor, sample: Sample, measure: Measure
) -> list[tuple[str, datetime]]:
    """Return unit and beginning of the newest cases of the period."""
    asked = (
        select(instance_table.c.unit, instance_table.c.started_at)
        .where(*cases_asked(actor, sample.asked))
        .order_by(instance_table.c.started_at.desc())
        .limit(MOST_COUNTED)
    )
    if measure is Measure.FINISHED:
        asked = asked.where(instance_table.c.state == InstanceState.FINISHED.value)
    return [(unit, at) for unit, at in session.execute(asked)]


def _case_key(unit: str, started_at: datetime, split: Split) -> str:
    return unit if split is Split.UNIT else _month(started_at)


def _size(line: Line) -> float:
    return line.value.total_seconds() if isinstance(line.value, timedelta) else line.value


def _month(at: datetime) -> str:
    day = JalaliDate.of(local_date(at))
    return f"{day.year}-{day.month:02}"


_Key = Callable[[Sampled, Visit], tuple[str, str]]
_KEYS: Final[dict[Split, _Key]] = {
    Split.UNIT: lambda case, _: (case.unit, case.unit),
    Split.MONTH: lambda _, visit: (_month(visit.opened_at), _month(visit.opened_at)),
    Split.STEP: lambda _, visit: (visit.element_id, visit.name),
    Split.DESK: lambda _, visit: (desk_key(visit.desk), visit.desk),
}


def _took_by(sample: Sample, chart: Chart) -> Iterator[Line]:
    groups: dict[str, list[timedelta]] = defaultdict(list)
    for case in sample.finished:
        groups[_case_key(case.unit, case.started_at, chart.split)].append(_took(sample, case))
    for key, some in groups.items():
        spread = Spread.of(some)
        assert spread is not None
        yield Line(key, key, spread.count, spread.median)


def _took(sample: Sample, case: Sampled) -> timedelta:
    return sample.clocks.of(case.unit).between(case.started_at, case.finished_at or case.started_at)


def _of_step(figures: StepFigures, measure: Measure) -> Line | None:
    count = figures.whole.count if figures.whole else 0
    if measure is Measure.KEPT:
        percent = figures.kept.percent
        if percent is None:
            return None
        return Line(figures.key, figures.name, figures.kept.count, percent)
    if figures.whole is None:
        return None
    value = count if measure is Measure.ANSWERS else figures.whole.median
    return Line(figures.key, figures.name, count, value)
