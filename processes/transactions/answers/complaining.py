"""Complaints of bidders: taken in, answered by the buyer, decided by the board (§3.9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, select

from engine.sdk import (
    Actor,
    CaseFacts,
    Json,
    Problem,
    Records,
    Session,
    StartRequest,
    TaskAnswer,
    announce,
    case_cancelled,
    case_start,
    is_one_of,
    next_number,
    option_source,
    task_answer,
    working_calendar,
)
from engine.values import end_of_day, local_date
from engine.values.contracting import ContractSuspended
from processes.transactions import registry
from processes.transactions.answers.finding import refuse, said
from processes.transactions.answers.purchases import BUYERS
from processes.transactions.answers.winning import undo_awards
from processes.transactions.parameters import complaint_times
from processes.transactions.publication.contracts import Undone
from processes.transactions.queries.tenders import is_over
from processes.transactions.records import (
    About,
    BidState,
    ContractState,
    Firm,
    PublicContract,
    SealedBid,
    SealMember,
    Tender,
    TenderComplaint,
    TenderState,
)
from processes.transactions.rules.complaint_windows import (
    Outcome,
    board_decides_by,
    buyer_answers_by,
)
from processes.transactions.telling import basis_of_contract

_PROCESS: Final = "complaint"
_OUT: Final = "outcome"
_BIDDER: Final = "BIDDER"
_MANY: Final = 500
_SEALED: Final = frozenset({TenderState.DRAFT, TenderState.PUBLISHED})
#: what an answer or a decision comes to
_OUTCOMES: Final = {
    "reject": Outcome.REJECTED,
    "correct": Outcome.CORRECTED,
    "repeat": Outcome.STEP_REPEATED,
    "cancel": Outcome.CANCELLED,
}
#: what takes the named winners away
UNDOING: Final = frozenset({Outcome.STEP_REPEATED, Outcome.CANCELLED})


def complaint_of(session: Session, instance_id: UUID) -> TenderComplaint:
    """Return the complaint of a case, held against other changes."""
    query = select(TenderComplaint).where(TenderComplaint.instance_id == instance_id)
    return session.scalars(query.with_for_update()).one()


@option_source("tenders_to_complain_of")
def tenders_to_complain_of(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the tenders of the actor's units, and those that are out or that he has a bid in."""
    parties = actor.parties_as(_BIDDER)
    own = exists().where(SealedBid.tender_id == Tender.seal_id, SealedBid.bidder.in_(parties))
    mine = Tender.unit.in_(actor.units_of(*BUYERS)) | own
    if parties:
        mine = mine | (Tender.state == TenderState.PUBLISHED)
    query = select(Tender).where(mine, Tender.state != TenderState.DRAFT)
    found = session.scalars(query.order_by(Tender.made_at.desc()).limit(_MANY))
    return [(str(each.id), f"{each.number} · {each.title}") for each in found]


@case_start(_PROCESS)
def file_complaint(request: StartRequest) -> CaseFacts:
    """Take a complaint in: from a bidder's own representative, or from paper by the officer.

    Raises:
        RulesBroken: ``CNT-010`` to ``CNT-012``; ``CNT-015`` the time for it is over;
            ``GEN-REQUIRED`` of a paper; ``CNT-006`` a day that has not come.
    """
    session, values, today = request.session, request.values, local_date(request.at)
    tender = session.get(Tender, UUID(str(values["tender_id"])))
    if tender is None or tender.state is TenderState.DRAFT:
        refuse([Problem("CNT-012", "tender_id")])
    assert tender is not None
    about = About(str(values["about"]))
    bidder, paper, received_on = _filed_by(request, tender, today)
    if about is not About.DOCUMENTS:
        if tender.state in _SEALED:
            refuse([Problem("CNT-011", "about")])
        if not _has_bid(session, tender, bidder):
            refuse([Problem("CNT-010", "tender_id" if paper is None else "bidder_id")])
    refuse(_too_late(tender, about, received_on))
    number = f"{tender.number}-S{next_number(session, f'complaint/{tender.number}')}"
    row = TenderComplaint(
        instance_id=request.instance_id,
        tender_id=tender.id,
        unit=tender.unit,
        number=number,
        bidder=bidder,
        about=about,
        text=str(values["complaint_text"]).strip(),
        received_on=received_on,
        entered_at=request.at,
        entered_by=request.actor.username,
        paper=paper,
        is_suspended=False,
    )
    session.add(row)
    session.flush()
    times = complaint_times(registry.pack_of(tender.unit, received_on), received_on)
    due = buyer_answers_by(received_on, times, working_calendar(session, tender.unit))
    name = session.scalar(select(Firm.name).where(Firm.identifier == bidder))
    facts: dict[str, Json] = {
        "complaint_no": number,
        "tender_id": str(tender.id),
        "tender_no": tender.number,
        "subject": tender.title,
        "bidder": bidder,
        "bidder_name": name or bidder,
        "about": about.value,
        "complaint_text": row.text,
        "received_on": received_on.isoformat(),
        "answer_due": due.isoformat(),
        "answer_until": end_of_day(due).isoformat(),
        "answer_text": None,
        "board_due": None,
        "is_suspended": False,
        "repeated_step": None,
        "attachments": values.get("attachments"),
    }
    return CaseFacts(number, f"{tender.title} · {name or bidder}", tender.unit, bidder, facts)


def _too_late(tender: Tender, about: About, received_on: date) -> list[Problem]:
    """Return ``CNT-015`` for a complaint of the award after its window: it would bar the signature.

    Whatever else is complained of is heard at any time, and bars nothing by itself.
    """
    until = None if tender.complaints_until is None else local_date(tender.complaints_until)
    if about is not About.AWARD or until is None or received_on <= until:
        return []
    return [Problem("CNT-015", "about", {"until": until.isoformat()})]


def _filed_by(request: StartRequest, tender: Tender, today: date) -> tuple[str, str | None, date]:
    """Return who complains, the paper it came on, and when it was received."""
    values, own = request.values, sorted(request.actor.parties_as(_BIDDER))
    if own:
        with_bid = [each for each in own if _has_bid(request.session, tender, each)]
        return _one_of(with_bid or own, said(values, "bidder_id")), None, today
    if tender.unit not in request.actor.units_of(*BUYERS):
        refuse([Problem("CNT-012", "tender_id")])
    bidder, paper = said(values, "bidder_id"), said(values, "paper")
    received = values.get("received_on")
    typed = {"bidder_id": bidder, "paper": paper, "received_on": received}
    refuse([Problem("GEN-REQUIRED", key) for key, each in typed.items() if not each])
    received_on = date.fromisoformat(str(received))
    if received_on > today:
        refuse([Problem("CNT-006", "received_on")])
    return str(bidder), paper, received_on


def _one_of(bidders: list[str], named: str | None) -> str:
    """Return for which of the firms that somebody acts for the complaint is."""
    if named is None and len(bidders) == 1:
        return bidders[0]
    if named not in bidders:
        refuse([Problem("GEN-REQUIRED" if named is None else "CNT-010", "bidder_id")])
    return str(named)


def _has_bid(session: Session, tender: Tender, bidder: str) -> bool:
    query = select(SealedBid.id).where(
        SealedBid.tender_id == tender.seal_id,
        SealedBid.bidder == bidder,
        SealedBid.state == BidState.SEALED,
    )
    return session.scalar(query.limit(1)) is not None


@task_answer(_PROCESS, "answer_complaint")
def answer_complaint(answer: TaskAnswer) -> dict[str, Json]:
    """Answer for the buyer: what is refused goes to the board at once.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no answer; ``SOD-011`` a member of the commission;
            ``CNT-013``, ``CNT-014`` the tender is not where that can be done.
    """
    found = complaint_of(answer.session, answer.instance_id)
    _must_be_stranger(answer, found)
    text, today = said(answer.values, "answer_text"), local_date(answer.at)
    if text is None:
        refuse([Problem("GEN-REQUIRED", "answer_text")])
    outcome = _OUTCOMES[str(answer.outcome)]
    _take_effect(answer, found, outcome)
    found.answered_on, found.answered_by, found.answer = today, answer.actor.username, text
    told: dict[str, Json] = {"answer_text": text, "repeated_step": _step(answer.values)}
    if outcome is Outcome.REJECTED:
        return told | to_board(answer.session, found, today)
    found.outcome = outcome
    return told


def _step(values: Any) -> Json:
    step: Json = values.get("repeated_step")
    return step


def _take_effect(answer: TaskAnswer, found: TenderComplaint, outcome: Outcome) -> None:
    """Take the winners away where a complaint is right, at once: nothing is signed meanwhile.

    Raises:
        RulesBroken: ``CNT-013`` there is no announced result whose steps could be repeated;
            ``CNT-014`` the tender is over, or its contract signed: it is not cancelled.
    """
    if outcome not in UNDOING:
        return
    tender = found.tender
    answer.session.refresh(tender, with_for_update=True)
    if outcome is Outcome.STEP_REPEATED and tender.state is not TenderState.AWARDED:
        refuse([Problem("CNT-013", _OUT)])
    if is_over(tender):
        refuse([Problem("CNT-014", _OUT)])
    undo_awards(answer.session, tender.id, found.number, answer.at, because=Undone.COMPLAINT)


def to_board(session: Session, found: TenderComplaint, on: date) -> dict[str, Json]:
    """Give a complaint to the board, which has its days from now on."""
    found.board_on = on
    times = complaint_times(registry.pack_of(found.unit, on), on)
    due = board_decides_by(on, times, working_calendar(session, found.unit))
    return {"board_due": due.isoformat()}


def _must_be_stranger(answer: TaskAnswer, found: TenderComplaint) -> None:
    """Refuse who sat in the commission of the tender: nobody judges his own act (§12)."""
    members = select(SealMember.username).where(SealMember.tender_id == found.tender.seal_id)
    if is_one_of(answer.session, answer.actor, answer.session.scalars(members)):
        refuse([Problem("SOD-011")])


@task_answer(_PROCESS, "decide_complaint")
def decide_complaint(answer: TaskAnswer) -> dict[str, Json]:
    """Decide for the board, or first let the contract be suspended until then.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no decision; ``SOD-011`` a member of the commission;
            ``CNT-013``, ``CNT-014`` the tender is not where that can be done.
    """
    found = complaint_of(answer.session, answer.instance_id)
    _must_be_stranger(answer, found)
    if answer.outcome == "suspend":
        found.is_suspended = True
        _contract_to(answer.session, found, ContractState.SUSPENDED, answer.at)
        return {"is_suspended": True}
    outcome = _OUTCOMES[str(answer.outcome)]
    _take_effect(answer, found, outcome)
    found.decided_on, found.decided_by = local_date(answer.at), answer.actor.username
    found.decision, found.outcome = said(answer.values, "decision_text"), outcome
    _hold_back_no_longer(answer.session, found, answer.at)
    return {"is_suspended": False, "repeated_step": _step(answer.values)}


@case_cancelled(_PROCESS)
def give_up(records: Records) -> None:
    """Let nothing wait for a complaint any more whose case an administrator cancels."""
    found = complaint_of(records.session, records.instance_id)
    if not found.windows.is_closed:
        found.outcome, found.decided_on = Outcome.DROPPED, local_date(records.at)
    _hold_back_no_longer(records.session, found, records.at)


def _hold_back_no_longer(session: Session, found: TenderComplaint, at: datetime) -> None:
    """End the suspension; the contract goes on where no other complaint suspends it."""
    if found.is_suspended:
        found.is_suspended = False
        if not _others_suspend(session, found):
            _contract_to(session, found, ContractState.SIGNED, at)


def _others_suspend(session: Session, found: TenderComplaint) -> bool:
    session.flush()
    query = select(TenderComplaint.id).where(
        TenderComplaint.tender_id == found.tender_id, TenderComplaint.is_suspended
    )
    return session.scalar(query.limit(1)) is not None


def _contract_to(
    session: Session, found: TenderComplaint, state: ContractState, at: datetime
) -> None:
    """Let the signed contract of the tender be held back, or go on; there may be none yet.

    Who keeps its statements pays nothing of it meanwhile.
    """
    of_tender = select(PublicContract).where(
        PublicContract.reference == found.tender.number,
        PublicContract.state.in_([ContractState.SIGNED, ContractState.SUSPENDED]),
    )
    for each in session.scalars(of_tender.with_for_update()):
        if each.state is state:
            continue
        each.come_to(state)
        announce(
            session,
            ContractSuspended(
                unit=each.unit,
                basis=basis_of_contract(each),
                at=at,
                contract_no=each.number,
                because=found.number if state is ContractState.SUSPENDED else None,
            ),
        )
