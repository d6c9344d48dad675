"""What the selects of a contract's forms offer: guarantees of the register."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from engine.sdk import Actor, Session, choice, option_source, units_of
from processes.transactions.answers.purchases import BUYERS
from processes.transactions.commands.guarantees import SIGNERS
from processes.transactions.records import Firm, Guarantee
from processes.transactions.rules.guarantee_register import IN_FORCE, Kind, State

_MANY: Final = 500


@option_source("performance_guarantees")
def performance_guarantees(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the guarantees of performance that the actor's units hold in force."""
    return _guarantees(session, actor, Kind.PERFORMANCE, IN_FORCE)


@option_source("called_guarantees")
def called_guarantees(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the guarantees of bids that were called for the actor's units."""
    return _guarantees(session, actor, Kind.BID, frozenset({State.CALLED}))


def _guarantees(
    session: Session, actor: Actor, kind: Kind, states: Collection[State]
) -> list[tuple[str, str]]:
    """Return guarantees of one kind, each with what it concerns, those that end last first."""
    query = (
        select(Guarantee)
        .where(
            Guarantee.unit.in_(units_of(actor, *BUYERS, *SIGNERS)),
            Guarantee.kind == kind,
            Guarantee.state.in_(states),
        )
        .order_by(Guarantee.valid_until.desc(), Guarantee.id)
        .limit(_MANY)
    )
    found = session.scalars(query).all()
    named = select(Firm.identifier, Firm.name).where(Firm.identifier.in_([e.giver for e in found]))
    givers: dict[str, str] = {row[0]: row[1] for row in session.execute(named)}
    return [
        choice(
            actor,
            each.id,
            each.number,
            each.issuer,
            each.concerns,
            each.amount,
            givers.get(each.giver or "", each.giver),
        )
        for each in found
    ]
