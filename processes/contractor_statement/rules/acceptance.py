"""Which minute may follow in a contract's life, and from which day on?"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.errors import Problem
from engine.values import JalaliDate


class MinuteKind(enum.Enum):
    """What a minute of a contract's life records (`domain.md` §1.15)."""

    SUSPENSION = "SUSPENSION"  #: تعلیق
    RESUMPTION = "RESUMPTION"
    PROVISIONAL_ACCEPTANCE = "PROVISIONAL_ACCEPTANCE"  #: تحویل موقت
    DEFECTS_CLEARED = "DEFECTS_CLEARED"  #: رفع نواقص
    FINAL_ACCEPTANCE = "FINAL_ACCEPTANCE"  #: تحویل قطعی
    TERMINATION = "TERMINATION"  #: فسخ / خاتمه


_BUILDING = (MinuteKind.PROVISIONAL_ACCEPTANCE, MinuteKind.SUSPENSION, MinuteKind.TERMINATION)
#: State of the contract -> the minutes that may be held in it, the usual one first.
NEXT: Mapping[str, tuple[MinuteKind, ...]] = {
    "SIGNED": _BUILDING,
    "MOBILISING": _BUILDING,
    "RUNNING": _BUILDING,
    "SUSPENDED": (MinuteKind.RESUMPTION, MinuteKind.TERMINATION),
    "PROVISIONALLY_ACCEPTED": (MinuteKind.DEFECTS_CLEARED, MinuteKind.FINAL_ACCEPTANCE),
}
#: Minute -> the state it brings the contract into; clearing defects leaves it where it is.
BRINGS: Mapping[MinuteKind, str] = {
    MinuteKind.SUSPENSION: "SUSPENDED",
    MinuteKind.RESUMPTION: "RUNNING",
    MinuteKind.PROVISIONAL_ACCEPTANCE: "PROVISIONALLY_ACCEPTED",
    MinuteKind.FINAL_ACCEPTANCE: "FINALLY_ACCEPTED",
    MinuteKind.TERMINATION: "TERMINATED",
}


@dataclass(frozen=True, slots=True)
class Life:
    """Where a contract is in its life."""

    state: str  #: code of the contract's state
    since: date  #: of the newest minute that stands, the start of the contract before the first
    defects_open: bool = False  #: the provisional acceptance listed defects, none cleared them
    warranted_until: date | None = None  #: the last day of the defects period

    @property
    def possible(self) -> tuple[MinuteKind, ...]:
        """The minutes that may come next; defects are cleared only where some are open.

        >>> Life("PROVISIONALLY_ACCEPTED", date(2026, 1, 1)).possible
        (<MinuteKind.FINAL_ACCEPTANCE: 'FINAL_ACCEPTANCE'>,)
        """
        return tuple(
            each
            for each in NEXT.get(self.state, ())
            if each is not MinuteKind.DEFECTS_CLEARED or self.defects_open
        )


def defects_period_end(accepted_on: date, months: int) -> date:
    """Return the last day of the defects period (دورهٔ تضمین) after provisional acceptance.

    >>> defects_period_end(date(2025, 12, 6), 12)
    datetime.date(2026, 12, 6)
    """
    return JalaliDate.of(accepted_on).plus_months(months).gregorian()


def check_minute(life: Life, kind: MinuteKind, held_on: date, today: date) -> list[Problem]:
    """Return why a minute cannot be kept.

    ``CON-021`` not in this state · ``CON-022`` before the minute that went before it, or the
    start of the contract · ``CON-023`` in the future · ``STM-043`` final acceptance with open
    defects · ``CON-024`` final acceptance within the defects period.

    Source: General Conditions of Contract, arts. 39, 41 and 42.

    >>> [each.code for each in check_minute(Life("RUNNING", date(2026, 1, 1)),
    ...     MinuteKind.FINAL_ACCEPTANCE, date(2026, 2, 1), date(2026, 2, 1))]
    ['CON-021']
    """
    if kind not in NEXT.get(life.state, ()):
        return [Problem("CON-021", "minute_kind", {"state": life.state})]
    problems = []
    if kind is MinuteKind.DEFECTS_CLEARED and not life.defects_open:
        problems.append(Problem("CON-026", "minute_kind"))
    if held_on > today:
        problems.append(Problem("CON-023", "held_on"))
    elif held_on < life.since:
        problems.append(_too_early("CON-022", life.since))
    if kind is MinuteKind.FINAL_ACCEPTANCE:
        if life.defects_open:
            problems.append(Problem("STM-043", "minute_kind"))
        if life.warranted_until is not None and life.since <= held_on < life.warranted_until:
            problems.append(_too_early("CON-024", life.warranted_until))
    return problems


def _too_early(code: str, bound: date) -> Problem:
    return Problem(code, "held_on", {"bound": str(JalaliDate.of(bound))})
