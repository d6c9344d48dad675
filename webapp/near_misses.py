"""Each time a four-eyes rule keeps somebody from a step, that is noted (R-SOD-04)."""

from __future__ import annotations

from engine.commands import duty_exceptions
from engine.errors import DutiesNotSeparate
from webapp.request import current_actor, now, unit_of_work


def note(refused: DutiesNotSeparate) -> None:
    """Note it for those who watch over the rules."""
    duty_exceptions.record_near_miss(unit_of_work(), refused, actor=current_actor(), at=now())
