"""What administrators and people did to people, roles, units and calendars: only added to.

The stream beside the histories of cases: who may do what, since when, and who said so.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, RowNumber

#: condition of a partial index: a statement that says the same, to the letter, uses it
OF_CASE: Final = "case_id IS NOT NULL"


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
    TOKEN_MADE = "token_made"  # noqa: S105 - a word; ``facts`` hold its name, scopes and end
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a word, not a secret
    CERTIFICATE_GIVEN = "certificate_given"  #: ``facts`` hold its serial
    AUTHORITY_RENEWED = "authority_renewed"  #: by the clock; ``facts`` hold the new serial
    CERTIFICATE_REVOKED = "certificate_revoked"  #: ``facts`` hold its serial and why
    FACTOR_ADDED = "factor_added"  #: a device, a passkey or recovery codes
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    DEPLOYMENT_ASKED = "deployment_asked"
    DEPLOYMENT_APPROVED = "deployment_approved"  #: ``facts`` say by what it was proved
    DEPLOYMENT_REFUSED = "deployment_refused"
    DEPLOYMENT_WITHDRAWN = "deployment_withdrawn"
    DEPLOYMENT_FAILED = "deployment_failed"  #: at its moment something stood against it
    DEPLOYED = "deployed"
    AREA_PUBLISHED = "area_published"  #: into the git repository; ``facts`` say as which commit
    PROCESS_SUSPENDED = "process_suspended"
    PROCESS_ACTIVATED = "process_activated"
    STEP_HELD = "step_held"  #: ``facts`` name process, version and element, and say why
    STEP_LET_GO = "step_let_go"
    STEP_PREFERRED = "step_preferred"  #: ``facts`` name it, its priority (none: the model's), why
    WORK_CHANGED = "work_changed"  #: a job of no case, by hand; ``facts`` name it, what and why
    WEBHOOK_ADDED = "webhook_added"  #: ``facts`` name it
    WEBHOOK_CHANGED = "webhook_changed"
    WEBHOOK_REMOVED = "webhook_removed"
    HOOK_ADDED = "hook_added"  #: ``facts`` name it
    HOOK_REMOVED = "hook_removed"
    SECRET_KEPT = "secret_kept"  # noqa: S105 - a word; ``facts`` hold its name, never its text
    SECRET_REMOVED = "secret_removed"  # noqa: S105 - a word, not a secret
    INCIDENT_ASSIGNED = "incident_assigned"  #: ``facts`` name the cause
    INCIDENT_NOTED = "incident_noted"
    INCIDENT_SNOOZED = "incident_snoozed"  #: ``facts`` say until when
    BATCH_BEGUN = "batch_begun"  #: ``facts`` name it, its act and how many cases it is about
    BATCH_PAUSED = "batch_paused"
    BATCH_RESUMED = "batch_resumed"
    BATCH_CANCELLED = "batch_cancelled"
    BATCH_ENDED = "batch_ended"  #: ``facts`` say how many were done and how many failed
    CASE_REPAIRED = "case_repaired"  #: ``facts`` hold what, why, before and after
    REPAIR_ASKED = "repair_asked"  #: …which a second person has to confirm
    REPAIR_REFUSED = "repair_refused"
    CASE_LOOKED_INTO = "case_looked_into"  #: an administrator saw values that are not his to see
    EVENT_LOG_TAKEN = "event_log_taken"  #: the journal of many cases, as a file
    HOLD_LAID = "hold_laid"  #: a legal hold on a case; ``facts`` say why
    HOLD_LIFTED = "hold_lifted"
    ERASURE_ASKED = "erasure_asked"  #: ``facts`` say what kind, how much and why
    ERASURE_CONFIRMED = "erasure_confirmed"
    ERASURE_REFUSED = "erasure_refused"
    CASE_PURGED = "case_purged"  #: ``facts`` name the rule, who asked and who confirmed
    PERSON_ANONYMISED = "person_anonymised"
    AREA_ACT = "area_act"  #: on a page of an area; ``facts`` name the area and what was done
    DUTIES_HELD_APART = "duties_held_apart"  #: somebody tried what a four-eyes rule forbids


class AdminEvent(Base):
    """One act, in the order it was committed."""

    __tablename__ = "admin_event"
    __table_args__ = (
        Index("ix_admin_event_person", "person", "number"),
        Index(
            "ix_admin_event_case",
            "case_id",
            "number",
            sqlite_where=text(OF_CASE),
            postgresql_where=text(OF_CASE),
        ),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]  #: user name
    kind: Mapped[str]
    person: Mapped[str | None]  #: user name of whom it concerns
    unit: Mapped[str | None]  #: code
    case_id: Mapped[UUID | None]  #: the case it was done to
    facts: Mapped[Mapping[str, Any]]
