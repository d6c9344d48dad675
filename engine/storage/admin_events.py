"""Adds to the stream of what administrators and people did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.admin_event import AdminEvent, AdminEventKind


def tell(
    session: Session,
    kind: AdminEventKind,
    *,
    actor: str,
    at: datetime,
    person: str | None = None,
    unit: str | None = None,
    **facts: Any,
) -> None:
    """Add one act, in the transaction that does it; what is ``None`` is left out."""
    told = {key: value for key, value in facts.items() if value is not None}
    _add(session, kind, told, actor=actor, at=at, person=person, unit=unit)


def tell_of_case(
    session: Session,
    kind: AdminEventKind,
    case_id: UUID,
    facts: Mapping[str, Any],
    *,
    actor: str,
    at: datetime,
    person: str | None = None,
) -> None:
    """Add what was done to a case, by which it is found."""
    _add(session, kind, facts, actor=actor, at=at, person=person, case_id=case_id)


def _add(
    session: Session,
    kind: AdminEventKind,
    facts: Mapping[str, Any],
    *,
    actor: str,
    at: datetime,
    person: str | None = None,
    unit: str | None = None,
    case_id: UUID | None = None,
) -> None:
    session.add(
        AdminEvent(
            at=at,
            actor=actor,
            kind=kind.value,
            person=person,
            unit=unit,
            case_id=case_id,
            facts=facts,
        )
    )


def tell_of_oneself(
    session: Session, kind: AdminEventKind, username: str, at: datetime, **facts: Any
) -> None:
    """Add what a person did to an account of its own."""
    tell(session, kind, actor=username, at=at, person=username, **facts)


def has_any(session: Session) -> bool:
    """Tell whether anything was done yet."""
    return session.scalar(select(AdminEvent.number).limit(1)) is not None
