"""A bidder asks what the documents of a tender do not say; its answer goes to everybody (§3.5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.sdk import Actor, Entered, Problem, RulesBroken, UnitOfWork, new_id, retried, tell_act
from engine.values import local_date
from processes.transactions.commands.bidding import bidder_of
from processes.transactions.commands.seats import AREA
from processes.transactions.queries.notices import notice, takes_questions
from processes.transactions.queries.taking_part import check_part
from processes.transactions.records import DocumentsTaken, TenderQuestion


@retried
def note_taken(
    uow: UnitOfWork, tender_id: UUID, bidder: str, *, actor: Actor, at: datetime
) -> None:
    """Keep that a bidder took documents of a tender, once."""
    with uow:
        if uow.session.get(DocumentsTaken, (tender_id, bidder)) is None:
            uow.session.add(
                DocumentsTaken(
                    tender_id=tender_id, bidder=bidder, first_at=at, first_by=actor.username
                )
            )
            uow.commit()


@retried
def ask(uow: UnitOfWork, number: str, text: str, *, actor: Actor, at: datetime) -> None:
    """Keep a question; the journal has its number, and not with the case.

    Raises:
        NotFound, NotAtThisDesk: there is no such notice, or the actor bids for nobody.
        RulesBroken: ``GEN-REQUIRED``, ``GEN-LENGTH``, ``TND-112`` too late; ``TND-110``,
            ``PRC-006``, ``TND-111`` the bidder takes no part.
    """
    bidder = bidder_of(actor)
    entered = Entered()
    said = entered.long_text("question", text)
    if said is None and not entered.problems:
        entered.problems.append(Problem("GEN-REQUIRED", "question"))
    with uow:
        tender = notice(uow.session, number)
        uow.session.refresh(tender, with_for_update=True)
        if not takes_questions(tender, at):
            raise RulesBroken([Problem("TND-112", "question")])
        entered.problems += check_part(uow.session, tender, bidder, local_date(at))
        entered.must_be_right()
        asked = TenderQuestion(
            id=new_id(),
            tender_id=tender.id,
            number=max((each.number for each in tender.questions), default=0) + 1,
            bidder=bidder,
            text=said,
            asked_at=at,
            asked_by=actor.username,
        )
        uow.session.add(asked)
        facts = {"tender": tender.number, "question": asked.number}
        tell_act(uow.session, AREA, "question_asked", facts, actor=actor, at=at)
        uow.commit()
