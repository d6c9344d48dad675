"""Rows of reports that people have sent to them."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.person import Actor
from engine.model.report import Report

#: who watches cases that are not his to work on, as `engine.queries.case_list` has it
_WATCHERS: Final = frozenset({"ADMIN", "AUDITOR", "COMMITTEE"})


def may_have(actor: Actor) -> bool:
    """Tell whether there are figures that an actor may see."""
    return bool(_WATCHERS & actor.roles)


def of_person(session: Session, person_id: UUID) -> list[Report]:
    """Return a person's reports, oldest first."""
    return list(
        session.scalars(
            select(Report).where(Report.person_id == person_id).order_by(Report.created_at)
        )
    )


def not_sent_on(session: Session, today: date) -> list[Report]:
    """Return the reports that were not sent on a day; nobody else sends them before the commit."""
    wanted = select(Report).where(Report.sent_on < today).order_by(Report.id).with_for_update()
    return list(session.scalars(wanted))
