"""What administrators and people did to people, roles, units and calendars: only added to.

The stream beside the histories of cases: who may do what, since when, and who said so.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, RowNumber


class AdminEventKind(enum.Enum):
    """What was done."""

    PERSON_ADDED = "person_added"
    PERSON_DISABLED = "person_disabled"
    PERSON_ENABLED = "person_enabled"
    ROLE_GRANTED = "role_granted"
    ROLE_ENDED = "role_ended"
    UNIT_ADDED = "unit_added"
    UNIT_RENAMED = "unit_renamed"
    UNIT_MOVED = "unit_moved"
    UNIT_CLOSED = "unit_closed"
    CALENDAR_CHANGED = "calendar_changed"
    SUBSTITUTION_ENTERED = "substitution_entered"
    SUBSTITUTION_ENDED = "substitution_ended"
    EXCEPTION_ASKED = "exception_asked"
    EXCEPTION_GRANTED = "exception_granted"
    EXCEPTION_REFUSED = "exception_refused"
    SIGNED_IN = "signed_in"  #: ``facts`` say by what
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere"  #: other browsers of the person
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, not a secret
    PASSWORD_GIVEN = "password_given"  # noqa: S105 - by an administrator
    FACTOR_ADDED = "factor_added"  #: a device, a passkey or recovery codes
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    DUTIES_HELD_APART = "duties_held_apart"  #: somebody tried what a four-eyes rule forbids


class AdminEvent(Base):
    """One act, in the order it was committed."""

    __tablename__ = "admin_event"
    __table_args__ = (Index("ix_admin_event_person", "person", "number"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]  #: user name
    kind: Mapped[str]
    person: Mapped[str | None]  #: user name of whom it concerns
    unit: Mapped[str | None]  #: code
    facts: Mapped[Mapping[str, Any]]
