"""Incidents: something went wrong that a person has to look at."""

from __future__ import annotations

import hashlib
import re
import traceback
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import NotFound
from engine.model.base import Base, new_id

LONGEST_NOTE = 2_000  #: characters
LONGEST_CAUSE = 10_000  #: characters kept of what went wrong
OPEN = "resolved_at IS NULL"  #: of a partial index
_VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


class Incident(Base):
    """What went wrong, with its cause: a job that gave up, or a case that nothing moves.

    Resolved by a retry that works, or by what moves the case again.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "ix_incident_open",
            "fingerprint",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"), index=True)
    element_id: Mapped[str | None]
    code: Mapped[str]
    cause: Mapped[str]
    fingerprint: Mapped[str]  #: the same for incidents of one cause: see `fingerprint_of`
    opened_at: Mapped[datetime]
    trace: Mapped[str | None]  #: the lines of code it came from, the last ones of a long one
    resolved_at: Mapped[datetime | None]


class IncidentNotFound(NotFound):
    """No open incident has this cause."""


class IncidentCare(Base):
    """Who looks after the incidents of one cause, and from when it is to be seen again."""

    __tablename__ = "incident_care"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    assignee: Mapped[str | None]  #: user name
    snoozed_until: Mapped[datetime | None]  #: till then it is not in the list


class IncidentNote(Base):
    """What somebody found out about a cause; kept when it comes back."""

    __tablename__ = "incident_note"
    __table_args__ = (Index("ix_incident_note_fingerprint", "fingerprint", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    fingerprint: Mapped[str]
    by: Mapped[str]  #: user name
    at: Mapped[datetime]
    text: Mapped[str]


def cause_of(error: BaseException) -> str:
    """Return what an error says, as it can be kept: see `readable`."""
    return readable(f"{type(error).__name__}: {error}")


def trace_of(error: BaseException) -> str:
    """Return the lines of code an error came from, as they can be kept; the last ones count."""
    return readable("".join(traceback.format_exception(error))[-LONGEST_CAUSE:])


def readable(text: str) -> str:
    r"""Return a text of anybody's as every database takes it, and not longer than is read.

    >>> readable("a\0b \ud800")
    'ab ?'
    """
    return text[:LONGEST_CAUSE].replace("\0", "").encode(errors="replace").decode()


def fingerprint_of(code: str, place: str, cause: str) -> str:
    """Return what incidents of one cause share, whatever case or moment they speak of.

    Args:
        code: of the error.
        place: where in the diagrams it happened.
        cause: what was said; ids, numbers and quoted values in it do not count.

    >>> one = fingerprint_of("GEN-500", "price", "ConnectionError: no answer to 'a7' after 12 s")
    >>> one == fingerprint_of("GEN-500", "price", "ConnectionError: no answer to 'b9' after 7 s")
    True
    """
    alike = _VARYING.sub("#", cause)
    return hashlib.sha256(f"{code}|{place}|{alike}".encode()).hexdigest()[:12]
