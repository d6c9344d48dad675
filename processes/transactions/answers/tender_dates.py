"""The dates of a tender, read from a form and held against the least times (R-TND-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from engine.sdk import Json, Problem, Session, working_calendar
from engine.values import end_of_day, local_date
from processes.transactions.parameters import minimum_time
from processes.transactions.queries.tenders import pack_of
from processes.transactions.records import Tender
from processes.transactions.rules.minimum_times import check_deadline

#: A bid at the very deadline is in time: bidding is closed when that is past.
JUST_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """Until when documents, questions and bids, and when envelopes are opened."""

    documents_until: date
    questions_on: date
    deadline: datetime
    opening_at: datetime

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Return the dates of an answer, whose form has looked that they are some."""
        return cls(
            date.fromisoformat(str(values["documents_until"])),
            date.fromisoformat(str(values["questions_until"])),
            datetime.fromisoformat(str(values["deadline"])).astimezone(UTC),
            datetime.fromisoformat(str(values["opening_at"])).astimezone(UTC),
        )

    def problems(self, session: Session, found: Tender, at: datetime) -> list[Problem]:
        """Return what is wrong with them for a tender, each beside its field.

        ``TND-003`` bidders have less than the least time · ``TND-008`` the opening is before the
        deadline · ``TND-073`` questions end after the deadline · ``PRC-011`` a day is past.
        """
        today = local_date(at)
        days = {"documents_until": self.documents_until, "questions_until": self.questions_on}
        wrong = [Problem("PRC-011", field) for field, day in days.items() if day < today]
        least = minimum_time(pack_of(found, today), today, is_international=found.is_international)
        calendar = working_calendar(session, found.unit)
        published = max(self.documents_until, today)
        wrong += check_deadline(published, local_date(self.deadline), least, calendar)
        if end_of_day(self.questions_on) > self.deadline:
            wrong.append(Problem("TND-073", "questions_until"))
        if self.opening_at < self.deadline:
            wrong.append(Problem("TND-008", "opening_at"))
        return wrong

    def write(self, found: Tender) -> None:
        """Write them down; the validity of bids runs from the deadline on (R-TND-11)."""
        found.documents_until = self.documents_until
        found.questions_until = end_of_day(self.questions_on)
        found.deadline, found.opening_at = self.deadline, self.opening_at
        assert found.validity_days is not None
        found.valid_until = local_date(self.deadline) + timedelta(days=found.validity_days)

    @property
    def told(self) -> dict[str, Json]:
        """What the case keeps of them."""
        return {
            "documents_until": self.documents_until.isoformat(),
            "questions_until": self.questions_on.isoformat(),
            "opening_at": self.opening_at.isoformat(),
            **deadline_told(self.deadline),
        }


def deadline_told(deadline: datetime) -> dict[str, Json]:
    """Return what a case keeps of a deadline: the moment, its day for lists, and the timer's."""
    return {
        "deadline": deadline.isoformat(),
        "deadline_on": local_date(deadline).isoformat(),
        "closes_at": (deadline + JUST_AFTER).isoformat(),
    }
