"""Runs tests by `engine.play` and says of each expectation if it held, and what was seen instead.

`run_all` runs every test of a bundle; deploying asks it whether the tests are green.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.catalogue.bundle import Bundle
from engine.errors import Problem
from engine.play import Limits, Reader, Run, Seen, Stage, replay
from engine.scenarios.checks import Check, checks_of
from engine.scenarios.reading import ScenarioRefused, read
from engine.scenarios.scenario import Scenario, Step

#: of one test: longer than a run that somebody waits for on a page
LIMITS: Final = Limits(jobs=1_000, seconds=20.0)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of one step."""

    number: int  #: from 1; what is given counts as one where it begins a process
    step: Step
    checks: tuple[Check, ...]
    seen: Seen | None  #: ``None``: the run was broken off before

    @property
    def held(self) -> bool:
        """Tell whether all that was expected stood."""
        return all(each.held for each in self.checks)


@dataclass(frozen=True)
class Outcome:
    """What came of one test."""

    name: str  #: of its file
    scenario: Scenario | None  #: ``None``: the file is no test
    problems: tuple[Problem, ...] = ()  #: why it is none
    steps: tuple[StepResult, ...] = ()
    run: Run | None = None

    @cached_property
    def is_green(self) -> bool:
        """Tell whether everything expected stood."""
        return self.scenario is not None and all(each.held for each in self.steps)

    @property
    def expectations(self) -> int:
        """How much was looked at."""
        return sum(len(each.checks) for each in self.steps)

    @property
    def broken(self) -> tuple[StepResult, ...]:
        """The steps at which something else stood than expected."""
        return tuple(each for each in self.steps if not each.held)


@dataclass(frozen=True)
class Results:
    """What came of all tests of a bundle, by the names of their files."""

    outcomes: tuple[Outcome, ...]

    @property
    def are_green(self) -> bool:
        """Tell whether every test is; there may be none."""
        return all(each.is_green for each in self.outcomes)

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """The tests that are not green."""
        return tuple(each for each in self.outcomes if not each.is_green)


def run_all(stage: Stage, bundle: Bundle, *, reader: Reader | None = None) -> Results:
    """Run every test of a bundle.

    Args:
        reader: reads what is given to forms; without it they are not asked.

    Raises:
        ModelRefused, ConfigRefused: the bundle cannot run, with everything that is wrong.
    """
    return Results(
        tuple(run_file(stage, bundle, name, reader=reader) for name in sorted(bundle.tests))
    )


def run_file(stage: Stage, bundle: Bundle, name: str, *, reader: Reader | None = None) -> Outcome:
    """Run one test by the name of its file; see `run_all`."""
    try:
        scenario = read(bundle.tests[name])
    except ScenarioRefused as refused:
        return Outcome(name, None, refused.problems)
    return run_scenario(stage, bundle, scenario, name=name, reader=reader)


def run_scenario(
    stage: Stage,
    bundle: Bundle,
    scenario: Scenario,
    *,
    name: str = "",
    reader: Reader | None = None,
) -> Outcome:
    """Run one test; see `run_all`."""
    model = Bundle({key: each for key, each in bundle.files.items() if key not in bundle.tests})
    run = replay(stage, model, scenario.acts(), at=scenario.at, read=reader, limits=LIMITS)
    steps = []
    before: Seen | None = None
    for number, step in enumerate(scenario.steps, 1):
        seen = run.seen[number - 1] if number <= len(run.seen) else None
        steps.append(StepResult(number, step, tuple(checks_of(step, seen, before)), seen))
        before = seen
    return Outcome(name, scenario, (), tuple(steps), run)
