"""The configuration registry of statements: what the city may set (`domain.md` §0.9).

>>> from engine.values import JalaliDate
>>> registry.rate("vat.rate", JalaliDate(1404, 1, 1).gregorian())
Percentage(percent=Decimal('10'))
"""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.values import Percentage
from engine.values.registry import Registry
from processes.contractor_statement.rules.deadlines import ReviewTimes
from processes.contractor_statement.rules.taxes import DatedRate

registry: Final = Registry(__package__)


def dated_rates(key: str) -> tuple[DatedRate, ...]:
    """Return every rate of ``key`` with its first day."""
    return tuple(
        DatedRate(each.since, Percentage.of_fraction(each.value)) for each in registry.settings[key]
    )


def review_times(on: date) -> ReviewTimes:
    """Return the periods that reviewers have for what they receive on a day."""
    return ReviewTimes(
        supervisor_days=int(registry.value("stm.review.days.supervisor", on)),
        consultant_days=int(registry.value("stm.review.days.consultant", on)),
        employer_days=int(registry.value("stm.review.days.employer", on)),
        objection_days=int(registry.value("stm.objection.days", on)),
        guarantee_warning_days=int(registry.value("guarantee.warning.days", on)),
    )
