"""Who sits in the commission of a sealed tender, and what every act of it is told with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.sdk import Actor, NotAtThisDesk, Problem, RulesBroken, Session, tell_act
from engine.values import TEHRAN, local_date
from processes.transactions import registry
from processes.transactions.parameters import commission
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.sealing import sitter_of
from processes.transactions.records.sealing import SealedTender, SealMember
from processes.transactions.records.tenders import TenderState
from processes.transactions.rules.voting import Body, Seat, check_session

AREA: Final = "transactions"


def seated(session: Session, tender_id: UUID, actor: Actor) -> tuple[SealedTender, SealMember]:
    """Return a tender to be changed, and the actor's seat in its commission.

    Raises:
        NotFound: there is no such tender.
        NotAtThisDesk: the actor is no member of it.
    """
    found = rows.tender(session, tender_id, to_change=True)
    seat = rows.seat_of(found, actor)
    if seat is None:
        raise NotAtThisDesk(f"{rows.COMMISSION}@{found.unit}")
    return found, seat


def must_sit(found: SealedTender, actor: Actor) -> None:
    """Refuse who is neither a member nor the unit's procurement officer, who is the secretary."""
    if rows.seat_of(found, actor) is None:
        must_buy(found.unit, actor)


def must_buy(unit: str, actor: Actor) -> None:
    """Refuse who is not the unit's procurement officer."""
    if unit not in actor.units_of(rows.OFFICER):
        raise NotAtThisDesk(f"{rows.OFFICER}@{unit}")


def must_be_past(found: SealedTender, at: datetime) -> None:
    """Refuse what is done before the deadline: ``TND-008``."""
    if at <= found.deadline:
        raise RulesBroken([Problem("TND-008")])


def must_be_announced(session: Session, found: SealedTender, at: datetime) -> None:
    """Refuse a session before its announced hour, or of a tender that is not being opened.

    Raises:
        RulesBroken: ``TND-141`` the hour has not come; ``TND-050`` bidding is not closed.
    """
    published = rows.published_as(session, found)
    if published is None:
        return
    if published.opening_at is not None and at < published.opening_at:
        hour = published.opening_at.astimezone(TEHRAN)
        said = {"on": hour.date().isoformat(), "hour": f"{hour:%H:%M}"}
        raise RulesBroken([Problem("TND-141", None, said)])
    if published.state is not TenderState.OPENING:
        raise RulesBroken([Problem("TND-050")])


def must_have_quorum(found: SealedTender, quorum: int) -> None:
    """Refuse a session of too few: ``TND-009`` (R-TND-05)."""
    problems = check_session(Body(quorum), seats_of(found))
    if problems:
        raise RulesBroken(problems)


def must_be_begun(found: SealedTender) -> None:
    """Refuse what is done in a sitting that has not begun: ``TND-069``."""
    if found.sittings and (found.sitting is None or found.sitting.begun_at is None):
        raise RulesBroken([Problem("TND-069")])


def body_of(unit: str, at: datetime) -> Body:
    """Return a commission as the pack of the unit has it."""
    on = local_date(at)
    return commission(registry.pack_of(unit, on), on)


def seats_of(found: SealedTender) -> list[Seat]:
    """Return who sits, the chair's seat first: the member, or the deputy in the member's place.

    A member with a declared interest does not.
    """
    sitters = [(each, sitter_of(found, each)) for each in found.voting]
    return [
        Seat(str((here or seat).position), here.username if here else None)
        for seat, here in sitters
    ]


def told(
    session: Session,
    found: SealedTender,
    act: str,
    facts: Mapping[str, Any],
    *,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Add an act to the journal; of nobody where a worker did it by the clock."""
    said = {"tender": str(found.id), **facts}
    tell_act(
        session, AREA, act, said, actor=actor, at=at, case_id=found.case_id,
        by_engine=actor is None,
    )  # fmt: skip
