"""How far a run may go: what a draft makes of one act, and all of them together."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from engine.errors import EngineError


class RunTooLong(EngineError):
    """A run goes on without end, or takes too long; it is broken off there."""

    code = "PLAY-LIMIT"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run."""

    acts: int = 200
    jobs: int = 400  #: timers, service tasks, calls, … that one act leads to
    seconds: float = 5.0  #: of processor time, all acts together
    cases: int = 50


LIMITS = Limits()


@dataclass(slots=True)
class Meter:
    """How much of it a run has used."""

    limits: Limits
    _began: float = field(default_factory=time.thread_time)
    _jobs: int = 0

    def next_act(self) -> None:
        """Count from the beginning of an act."""
        self._jobs = 0
        self._must_be_quick()

    def next_job(self) -> None:
        """Count a job.

        Raises:
            RunTooLong: one more is too many.
        """
        self._jobs += 1
        if self._jobs > self.limits.jobs:
            raise RunTooLong(f"one act leads to more than {self.limits.jobs} jobs")
        self._must_be_quick()

    def _must_be_quick(self) -> None:
        if time.thread_time() - self._began > self.limits.seconds:
            raise RunTooLong(f"it takes more than {self.limits.seconds:g} seconds")
