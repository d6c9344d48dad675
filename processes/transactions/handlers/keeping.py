"""How long registrations of bidders are kept, and what goes with a case that is purged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.sdk import Session, hears, retention_moment, tell_act
from engine.values import local_date
from engine.values.keeping import CasePurged
from processes.transactions.queries.registrations import refused_at, refused_in_case

_REGISTRATION: Final = "bidder_registration"


@retention_moment("registration_refused")
def registration_refused(session: Session, values: Mapping[str, Any]) -> date | None:
    """Return the day a registration was refused; ``None``: it was let in, and its papers stay."""
    told = values.get("registration_id")
    at = refused_at(session, UUID(told)) if isinstance(told, str) else None
    return None if at is None else local_date(at)


@hears(CasePurged)
def forget_refused(session: Session, fact: CasePurged) -> None:
    """Delete a refused registration with its papers, when its case is purged.

    Who asked and who agreed stands with the case; a held case is not purged. The contents go with
    the next sweep of the store.
    """
    if fact.process != _REGISTRATION:
        return
    found = refused_in_case(session, fact.basis.id)
    if found is None:
        return
    facts = {
        "registration": found.number,
        "papers": [{"sha256": each.sha256, "size": each.size} for each in found.papers],
    }
    tell_act(session, "transactions", "bidder_papers_purged", facts, actor=None, at=fact.at)
    session.delete(found)
