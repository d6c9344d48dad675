"""Who is admitted to live rounds of an auction: finance confirms the deposit (R-TND-16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select

from engine.sdk import Actor, Entered, Problem, Session, UnitOfWork, retried
from engine.values import JalaliDate, Rial, local_date, party_id
from processes.transactions.commands.auction_rounds import live_auction, tell_of
from processes.transactions.queries.auction_rounds import admitted, deposit_due, rounds_of
from processes.transactions.receipts import is_free, take
from processes.transactions.records import AuctionBidder, Firm, NotNow, PropertyAuction

CASHIER: Final = "FIN_EXPERT"  #: confirms deposits; never who holds the auction


@retried
def admit(
    uow: UnitOfWork, number: str, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Confirm the deposit of somebody of the register, who may then offer in the rounds.

    Raises:
        NotFound, NotAtThisDesk: nothing was changed.
        NotNow: the notice is not out, or the rounds were opened.
        RulesBroken: ``ID-001``, ``ID-002``, ``GEN-REQUIRED``, ``MON-001``; ``TND-110`` not in the
            register, ``PRC-006`` debarred, ``AUC-023`` admitted; ``AUC-001`` a lower deposit,
            ``AUC-006`` one above the base price, ``AUC-007`` a receipt that counts already.
    """
    entered = Entered()
    identifier = entered.value("identifier", party_id, typed.get("identifier", ""), "")
    deposited = entered.money("deposit", typed.get("deposit", ""))
    receipt = entered.text("receipt_no", typed.get("receipt_no", ""))
    with uow:
        auction = live_auction(uow.session, number, actor, CASHIER)
        if rounds_of(uow.session, auction) is not None:
            raise NotNow(f"the rounds of {number} were opened")
        firm = uow.session.scalars(select(Firm).where(Firm.identifier == identifier)).one_or_none()
        known = {each.identifier for each in admitted(uow.session, auction)}
        if identifier:
            entered.problems += _kept_out(firm, is_known=identifier in known, at=at)
        entered.problems += _deposit_problems(
            uow.session, auction, identifier, deposited, receipt, at
        )
        entered.must_be_right()
        assert firm is not None
        take(uow.session, auction, receipt, identifier)
        uow.session.add(
            AuctionBidder(
                auction_id=auction.id, round=auction.round, identifier=identifier, name=firm.name,
                deposit=deposited, receipt_no=receipt, confirmed_at=at,
                confirmed_by=actor.username,
            )
        )  # fmt: skip
        facts = {"bidder": identifier, "deposit": str(deposited.amount)}
        tell_of(uow.session, auction, "auction_bidder_admitted", facts, actor=actor, at=at)
        uow.commit()


def _kept_out(firm: Firm | None, *, is_known: bool, at: datetime) -> list[Problem]:
    if firm is None:
        return [Problem("TND-110", "identifier")]
    if is_known:
        return [Problem("AUC-023", "identifier")]
    barred = firm.debarment_on(local_date(at))
    if barred is None:
        return []
    until = "-" if barred.until is None else str(JalaliDate.of(barred.until))
    return [Problem("PRC-006", "identifier", {"firm": firm.name, "until": until})]


def _deposit_problems(
    session: Session,
    auction: PropertyAuction,
    bidder: str,
    deposited: Rial,
    receipt: str,
    at: datetime,
) -> list[Problem]:
    """Return what is wrong with a deposit, by the rules of the step that ranks the offers."""
    problems, least = [], deposit_due(auction, at)
    assert auction.base is not None
    if Rial.ZERO < deposited < least:
        problems.append(Problem("AUC-001", "deposit", {"least": str(least.amount)}))
    if deposited > auction.base:
        problems.append(Problem("AUC-006", "deposit", {"offer": str(auction.base.amount)}))
    if not is_free(session, auction, receipt, bidder):
        problems.append(Problem("AUC-007", "receipt_no"))
    return problems
