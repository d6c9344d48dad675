"""The head of finance claims damages of instalments that were never paid (§3.13)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from engine.errors import NotFound, Problem, RulesBroken
from engine.sdk import Actor, UnitOfWork, retried, tell_act
from engine.values import Rial, local_date
from processes.transactions.answers.auction_instalments import claim_damages
from processes.transactions.answers.auctions import auction_held
from processes.transactions.answers.finding import AREA
from processes.transactions.records import PropertyAuction

CLAIMERS: Final = ("FIN_HEAD",)


@retried
def claim(uow: UnitOfWork, number: str, *, actor: Actor, at: datetime) -> Rial:
    """Let the damages so far of what is overdue be owed; return how much was claimed.

    They are posted and received as those of a part that came late; what they grow by after today
    is claimed when it comes, or by another claim.

    Raises:
        NotFound: there is no such auction in instalments of the actor's units.
        RulesBroken: ``AUC-048`` nothing is overdue, all was claimed, or no rate is named.
    """
    with uow:
        query = select(PropertyAuction.instance_id).where(
            PropertyAuction.number == number,
            PropertyAuction.unit.in_(actor.units_of(*CLAIMERS)),
            PropertyAuction.instalments.any(),
        )
        instance_id = uow.session.scalar(query)
        if instance_id is None:
            raise NotFound(f"no instalments of {number}")
        auction = auction_held(uow.session, instance_id)
        on = local_date(at)
        late = [each for each in auction.open_instalments if each.due_on < on]
        claimed = claim_damages(uow.session, auction, late, at, actor.username)
        if claimed == Rial.ZERO:
            raise RulesBroken([Problem("AUC-048", None)])
        facts = {"auction": number, "amount": str(claimed.amount)}
        tell_act(uow.session, AREA, "late_damages_claimed", facts, actor=actor, at=at)
        uow.commit()
        return claimed
