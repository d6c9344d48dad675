"""A holder's petty cash: asked for, refilled against receipts, settled (`domain.md` §2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import (
    Actor,
    CaseFacts,
    Json,
    Problem,
    Records,
    Session,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    announce,
    case_cancelled,
    case_start,
    next_number,
    task_answer,
    task_recall,
    unit_of,
)
from engine.values import JalaliDate, Rial, local_date, normalise
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis
from processes.financial_documents.answers import claims, credit
from processes.financial_documents.answers.booking import Stamp, book_on_line
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.answers.finding import (
    HEEDED,
    payee_of,
    refuse,
    returned,
    stamp_of,
    uuid_of,
)
from processes.financial_documents.records import (
    ClaimKind,
    ClaimState,
    EntryKind,
    FloatState,
    PettyCashClaim,
    PettyCashFloat,
    PettyCashReceipt,
    Voucher,
)
from processes.financial_documents.rules import petty_cash as rules

PROCESS: Final = "petty_cash"
#: what each kind of claim is called; the model is Persian
_TITLES: Final[Mapping[ClaimKind, str]] = {
    ClaimKind.FLOAT: "تنخواه تازه",
    ClaimKind.REFILL: "ترمیم تنخواه",
    ClaimKind.SETTLEMENT: "تسویهٔ تنخواه",
}


@case_start(PROCESS)
def open_claim(request: StartRequest) -> CaseFacts:
    """Open a claim of the holder who starts it.

    Raises:
        RulesBroken: ``PCH-010`` no open float of his own is chosen, ``PCH-012`` another claim
            of that float is open.
    """
    kind = ClaimKind(str(request.values["kind"]))
    cash = _new_float(request) if kind is ClaimKind.FLOAT else _open_float(request)
    claim = PettyCashClaim(
        instance_id=request.instance_id,
        cash=cash,
        kind=kind,
        state=ClaimState.DRAFT,
        created_at=request.at,
    )
    request.session.add(claim)
    request.session.flush()
    is_new = kind is ClaimKind.FLOAT
    values: dict[str, Json] = {
        "kind": kind.value,
        "kind_name": _TITLES[kind],
        "holder": request.actor.name_fa,
        "float_amount": None if is_new else cash.amount.amount,
        "payee_id": request.actor.national_code if is_new else cash.payee_id,
        "amount": None,
        "receipts": [],
        "claim_no": None,
        "returned_by": None,
    }
    return CaseFacts(None, f"{_TITLES[kind]} · {request.actor.name_fa}", cash.unit, None, values)


def _new_float(request: StartRequest) -> PettyCashFloat:
    cash = PettyCashFloat(
        unit=unit_of(request.actor, "PROC_OFFICER", named=str(request.values.get("unit") or "")),
        holder=request.actor.username,
        state=FloatState.ASKED,
        asked_at=request.at,
    )
    request.session.add(cash)
    return cash


def _open_float(request: StartRequest) -> PettyCashFloat:
    float_id = uuid_of(request.values.get("float_id"))
    cash = None if float_id is None else request.session.get(PettyCashFloat, float_id)
    if cash is None or cash.holder != request.actor.username or cash.state is not FloatState.OPEN:
        refuse([Problem("PCH-010", "float_id")])
    assert cash is not None
    under_way = _under_way(request.session, cash)
    if under_way is not None:
        refuse([Problem("PCH-012", "float_id")])
    return cash


def _under_way(session: Session, cash: PettyCashFloat) -> PettyCashClaim | None:
    return next((each for each in claims.of_float(session, cash) if not each.is_ended), None)


@task_answer(PROCESS, "enter_claim")
def enter(answer: TaskAnswer) -> dict[str, Json]:
    """Take what the holder asks for, or its withdrawal.

    Raises:
        RulesBroken: everything that is wrong with it, each beside its field.
    """
    claim = claims.claim_of(answer.session, answer.instance_id)
    if answer.outcome == "withdraw":
        _give_up(claim)
        return {}
    is_new = claim.kind is ClaimKind.FLOAT
    refuse(_write_float(answer, claim) if is_new else _write_receipts(answer, claim))
    if claim.number is None:
        claim.number = _number(answer, claim)
    claim.state, claim.submitted_at = ClaimState.SUBMITTED, claim.submitted_at or answer.at
    return {**HEEDED, **_shown(claim)}


def _write_float(answer: TaskAnswer, claim: PettyCashClaim) -> list[Problem]:
    """Write down a new float; return what is wrong with it, in the order of the form."""
    session, today = answer.session, local_date(answer.at)
    limits = claims.limits_on(today)
    asked = Rial(int(answer.values.get("amount") or 0))
    payee_id = normalise(str(answer.values.get("payee_id") or ""))
    problems = []
    if asked <= Rial.ZERO:
        problems.append(Problem("MON-002", "amount", {"value": str(asked.amount)}))
    problems += rules.check_float(asked, claims.held_by(session, claim.cash), limits)
    problems += _unsettled(session, claim, today, limits)
    own = answer.actor.national_code
    if payee_of(session, payee_id) is None:
        problems.append(Problem("PAY-001", "payee_id"))
    elif own is not None and own != payee_id:
        problems.append(Problem("PCH-015", "payee_id"))
    claim.amount = claim.cash.amount = asked
    claim.cash.payee_id = payee_id
    return problems


def _unsettled(
    session: Session, claim: PettyCashClaim, today: date, limits: rules.Limits
) -> list[Problem]:
    others = claims.open_claims(session, claim.cash.holder, claim.id)
    days = [local_date(each.submitted_at) for each in others if each.submitted_at is not None]
    return rules.check_unsettled(days, today, limits)


def _write_receipts(answer: TaskAnswer, claim: PettyCashClaim) -> list[Problem]:
    """Write down receipts and the cash counted; return what is wrong, in the form's order."""
    session, cash, today = answer.session, claim.cash, local_date(answer.at)
    assert cash.opened_on is not None
    rows: list[Mapping[str, Any]] = list(answer.values.get("receipts") or [])
    claim.receipts = [_receipt(number, each) for number, each in enumerate(rows, 1)]
    slips = [
        rules.Slip(each.receipt_no, each.seller, each.bought_on, each.amount)
        for each in claim.receipts
    ]
    limits, used = claims.limits_on(today), rules.spent(slips)
    with session.no_autoflush:
        known = claims.claimed_before(session, claim)
    problems = rules.check_slips(slips, cash.amount, limits, known)
    problems += rules.check_days(slips, cash.opened_on, today)
    problems += _may_be_claimed(claim, used, today, limits)
    claim.amount = used
    claim.cash_on_hand = Rial(int(answer.values.get("cash_on_hand") or 0))
    problems += rules.check_cash(cash.amount, used, claim.cash_on_hand)
    if slips and not answer.values.get("attachments"):
        problems.append(Problem("FIN-011", "attachments"))
    if credit.closed_year(session, cash.unit, JalaliDate.of(cash.opened_on).year):
        problems.append(Problem("FIN-012", "receipts"))
    return problems


def _may_be_claimed(
    claim: PettyCashClaim, used: Rial, today: date, limits: rules.Limits
) -> list[Problem]:
    """Return why a refill is too early or too late; a settlement is always welcome."""
    if claim.kind is ClaimKind.SETTLEMENT:
        return []
    cash = claim.cash
    assert cash.opened_on is not None
    if not claim.receipts:
        return [Problem("GEN-REQUIRED", "receipts")]
    last = cash.refilled_on or cash.opened_on
    return rules.check_year(cash.opened_on, today) or rules.check_refill(
        cash.amount, used, last, today, limits
    )


def _receipt(position: int, row: Mapping[str, Any]) -> PettyCashReceipt:
    return PettyCashReceipt(
        position=position,
        receipt_no=normalise(str(row["receipt_no"])),
        seller=normalise(str(row["seller"])),
        bought_on=date.fromisoformat(str(row["bought_on"])),
        title=str(row["title"]).strip(),
        amount=Rial(int(row["amount"])),
    )


def _number(answer: TaskAnswer, claim: PettyCashClaim) -> str:
    """Return the claim's number: unit, year and sequence without gaps."""
    year = JalaliDate.of(local_date(answer.at)).year
    number = next_number(answer.session, f"{PROCESS}/{claim.cash.unit}/{year}")
    return f"{claim.cash.unit}-{year}-T{number:06d}"


def _shown(claim: PettyCashClaim) -> dict[str, Json]:
    """Return what every step of a claim shows."""
    share = rules.used_share(claim.cash.amount, claim.amount)
    return {
        "claim_no": claim.number,
        "amount": claim.amount.amount,
        "float_amount": claim.cash.amount.amount,
        "used_share": f"{share.percent:f}",
        "cash_on_hand": claim.cash_on_hand.amount,
        "payee_id": claim.cash.payee_id,
    }


@task_answer(PROCESS, "check_claim")
def check(answer: TaskAnswer) -> dict[str, Json]:
    """Take the finance reviewer's word on receipts and cash."""
    claim = claims.claim_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, claim)
    claim.state, claim.checked_by = ClaimState.CHECKED, answer.actor.username
    return {**HEEDED, "check_note": answer.values.get("note")}


@task_answer(PROCESS, "approve_claim")
def approve(answer: TaskAnswer) -> dict[str, Json]:
    """Approve a claim: a voucher may pay it now; a settlement ends its float.

    Raises:
        RulesBroken: ``PCH-001``, ``PCH-007`` the holder has more meanwhile than he may.
    """
    claim = claims.claim_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, claim)
    session, today = answer.session, local_date(answer.at)
    if claim.kind is ClaimKind.FLOAT:
        limits = claims.limits_on(today)
        held = claims.held_by(session, claim.cash)
        refuse(
            rules.check_float(claim.amount, held, limits, "outcome")
            + _unsettled(session, claim, today, limits)
        )
    claim.approved_by, claim.approved_at = answer.actor.username, answer.at
    claim.state = ClaimState.APPROVED
    if claim.kind is ClaimKind.SETTLEMENT:
        _settle(session, claim, answer.actor, answer)
    return {**HEEDED, "approve_note": answer.values.get("note")}


def _settle(session: Session, claim: PettyCashClaim, actor: Actor, answer: TaskAnswer) -> None:
    """End a float: its receipts are expenses and its cash is given back; the books are told."""
    cash, on = claim.cash, local_date(answer.at)
    claim.state = ClaimState.SETTLED
    cash.state, cash.settled_on = FloatState.SETTLED, on
    _refund(session, claim, stamp_of(actor, answer.at, claim.number))
    announce(
        session,
        AccountingEvent(
            unit=cash.unit,
            basis=basis_of(claim),
            at=answer.at,
            by=actor.username,
            kind="petty_cash_settled",
            on=on,
            amounts={
                "expense": claim.amount,
                "cash": claim.cash_on_hand,
                "net": cash.amount,
            },
            description=f"{_TITLES[claim.kind]} {claim.number}",
            party=cash.payee_id,
        ),
    )


def basis_of(claim: PettyCashClaim) -> Basis:
    """Return what other areas know a claim by."""
    return Basis(AREA, PROCESS, claim.id, str(claim.number))


def _refund(session: Session, claim: PettyCashClaim, stamp: Stamp) -> None:
    """Give what is left in the box back to the line that the float was paid from."""
    paid_from = session.execute(
        select(Voucher.budget_line_id, Voucher.id)
        .join(PettyCashClaim, PettyCashClaim.voucher_id == Voucher.id)
        .where(PettyCashClaim.float_id == claim.float_id, PettyCashClaim.kind == ClaimKind.FLOAT)
    ).first()
    if paid_from is None or paid_from.budget_line_id is None or not claim.cash_on_hand.amount:
        return
    line_id, cash = paid_from.budget_line_id, claim.cash_on_hand
    book_on_line(session, line_id, EntryKind.REFUND, cash, stamp, basis_of(claim))


def _sent_back(answer: TaskAnswer, claim: PettyCashClaim) -> dict[str, Json]:
    said = returned(answer.element_id, answer.values)
    claim.state, claim.checked_by = ClaimState.RETURNED, None
    return said


@task_recall(PROCESS, "enter_claim")
@task_recall(PROCESS, "check_claim")
def take_back(recall: TaskRecall) -> Mapping[str, str]:
    """The claim lies with who answered again."""
    claim = claims.claim_of(recall.session, recall.instance_id)
    if recall.element_id == "check_claim":
        claim.state, claim.checked_by = ClaimState.SUBMITTED, None
    else:
        again = recall.case_values.get("returned_by") is not None
        claim.state = ClaimState.RETURNED if again else ClaimState.DRAFT
    return {}


@case_cancelled(PROCESS)
def give_up(records: Records) -> None:
    """Give a claim up that nobody has approved."""
    _give_up(claims.claim_of(records.session, records.instance_id))


def _give_up(claim: PettyCashClaim) -> None:
    claim.state = ClaimState.REJECTED
    if claim.kind is ClaimKind.FLOAT:
        claim.cash.state = FloatState.REFUSED
