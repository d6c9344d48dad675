"""Putting property up for auction: what it is, its legal status, base price, approvals, notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    Session,
    StartRequest,
    TaskAnswer,
    case_start,
    next_number,
    task_answer,
    unit_of,
    working_calendar,
)
from engine.values import JalaliDate, Rial, end_of_day, local_date
from processes.transactions import registry
from processes.transactions.answers.auction_terms import check_terms, keep_terms
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.answers.offers import typed
from processes.transactions.answers.purchases import BUYERS
from processes.transactions.answers.tender_terms import Commission, commission_of
from processes.transactions.commands.tenders import NewTender, begin_sealing
from processes.transactions.parameters import auction_higher_limit, auction_rule, minimum_time
from processes.transactions.records import (
    AuctionKind,
    AuctionState,
    PropertyAuction,
    SealedTender,
)
from processes.transactions.rules.auction import check_base, deposit, smallest_step
from processes.transactions.rules.minimum_times import check_deadline


@case_start("property_auction")
def begin_auction(request: StartRequest) -> CaseFacts:
    """Put a property of a unit up for sale or lease.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, the officer works for several units and names none.
    """
    unit = unit_of(request.actor, *BUYERS, named=str(request.values.get("unit") or ""))
    year = JalaliDate.of(local_date(request.at)).year
    number = next_number(request.session, f"property_auction/{unit}/{year}")
    row = PropertyAuction(
        instance_id=request.instance_id,
        unit=unit,
        number=f"{unit}-{year}-M-{number:04d}",
        kind=AuctionKind(str(request.values["kind"])),
        subject=str(request.values["subject"]).strip(),
        state=AuctionState.PREPARED,
        created_at=request.at,
        created_by=request.actor.username,
    )
    request.session.add(row)
    request.session.flush()
    values: dict[str, Json] = {
        "auction_no": row.number,
        "subject": row.subject,
        "kind": row.kind.value,
        "base": None,
        "returned_by": None,
        "above_limit": False,
        "payer": None,
    }
    return CaseFacts(row.number, row.subject, unit, None, values)


def auction_held(session: Session, instance_id: UUID) -> PropertyAuction:
    """Return the auction of a case, held against every other change of it."""
    query = select(PropertyAuction).where(PropertyAuction.instance_id == instance_id)
    held = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).one()


@task_answer("property_auction", "describe_property")
def describe_property(answer: TaskAnswer) -> dict[str, Json]:
    """Take what the property is, and by which title the city has it."""
    auction = auction_held(answer.session, answer.instance_id)
    auction.description = said(answer.values, "description")
    auction.title_no = said(answer.values, "title_no")
    return {**HEEDED, **typed(answer, "description", "title_no", "attachments")}


@task_answer("property_auction", "check_title")
def check_title(answer: TaskAnswer) -> dict[str, Json]:
    """Take whether ownership is clear: what is seized or not the city's is not disposed of."""
    auction = auction_held(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer.element_id, answer.values)
    auction.title_note, auction.title_by = said(answer.values, "title_note"), answer.actor.username
    if answer.outcome == "blocked":
        auction.state = AuctionState.ENDED
    return {**HEEDED, "title_note": auction.title_note}


@task_answer("property_auction", "value_property")
def value_property(answer: TaskAnswer) -> dict[str, Json]:
    """Take the base price of an official valuer; a new one may be tried twice again.

    Raises:
        RulesBroken: ``MON-002`` no price, ``TND-034`` valued too long ago or on a day ahead.
    """
    auction, on = auction_held(answer.session, answer.instance_id), local_date(answer.at)
    base = Rial(int(answer.values["base"]))
    valued_on = date.fromisoformat(str(answer.values["valued_on"]))
    rule = auction_rule(registry.pack_of(auction.unit, on), on)
    refuse(check_base(base, valued_on, on, rule))
    auction.base, auction.valued_on, auction.valued_by = base, valued_on, answer.actor.username
    auction.valuer = said(answer.values, "valuer")
    auction.valuer_licence = said(answer.values, "valuer_licence")
    auction.valuation_no = said(answer.values, "valuation_no")
    auction.is_repeated, auction.approved_by, auction.higher_by = False, None, None
    auction.state = AuctionState.PREPARED
    limit = auction_higher_limit(registry.pack_of(auction.unit, on), on)
    shown = ("base", "valued_on", "valuer", "valuer_licence", "valuation_no", "attachments")
    return {**HEEDED, **typed(answer, *shown), "above_limit": base > limit}


@task_answer("property_auction", "approve_base")
def approve_base(answer: TaskAnswer) -> dict[str, Json]:
    """Approve that the property is disposed of at this base price, return it, or reject it."""
    auction = auction_held(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return returned(answer.element_id, answer.values)
    approved = answer.outcome == "approve"
    auction.state = AuctionState.APPROVED if approved else AuctionState.ENDED
    auction.approved_by = answer.actor.username if approved else None
    return {**HEEDED, "approval_note": said(answer.values, "note")}


@task_answer("property_auction", "approve_sale_higher")
def approve_sale_higher(answer: TaskAnswer) -> dict[str, Json]:
    """Take what the authority above the head of the unit decides."""
    auction = auction_held(answer.session, answer.instance_id)
    if answer.outcome == "reject":
        auction.state = AuctionState.ENDED
    else:
        auction.higher_by = answer.actor.username
    return {"higher_note": said(answer.values, "higher_note")}


@task_answer("property_auction", "publish_auction")
def publish_auction(answer: TaskAnswer) -> dict[str, Json]:
    """Take the notice: visits, then the deadline, on which the valuation still has to hold.

    Where bidders seal their offers here it is published when the key is made.

    Raises:
        RulesBroken: ``TND-003`` too short a time, ``TND-034`` the base price is too old by then,
            ``AUC-003`` visits that do not fit; of offers sealed here those of `commission_of`, of
            instalments those of `check_terms`.
    """
    auction, on = auction_held(answer.session, answer.instance_id), local_date(answer.at)
    if answer.outcome == "revalue":
        return {}
    first, last, deadline = (
        date.fromisoformat(str(answer.values[each]))
        for each in ("visit_from", "visit_until", "deadline_on")
    )
    is_sealed = answer.values["way"] == "ONLINE"
    commission, wrong = _commission(answer, auction) if is_sealed else (None, [])
    wrong += check_terms(answer, auction)
    refuse(_problems(answer, auction, first, last, deadline) + wrong)
    auction.notice = said(answer.values, "notice")
    auction.is_live = answer.values["way"] == "LIVE"
    auction.visit_from, auction.visit_until = first, last
    auction.deadline = end_of_day(deadline)
    auction.round += 1
    auction.published_at = None
    auction.sealing = None if commission is None else _sealing(answer, auction, commission)
    if not is_sealed:
        publish(auction, answer.at)
    assert auction.base is not None
    rule = auction_rule(registry.pack_of(auction.unit, on), on)
    return {
        **typed(answer, "way", "notice", "visit_from", "visit_until", "deadline_on"),
        **typed(answer, "members", "threshold"),
        **keep_terms(answer, auction),
        "sealed_no": auction.sealing.number if auction.sealing else None,
        "deadline": auction.deadline.isoformat(),
        "deposit_due": deposit(auction.base, rule).amount,
        "step_least": smallest_step(auction.base, rule).amount,
    }


def publish(auction: PropertyAuction, at: datetime) -> None:
    """Let the notice be out: offers are taken from now on."""
    auction.state, auction.published_at = AuctionState.OPEN, at


def _problems(
    answer: TaskAnswer, auction: PropertyAuction, first: date, last: date, deadline: date
) -> list[Problem]:
    until = end_of_day(deadline)
    problems = check_deadline_of(answer.session, auction, until, answer.at, "deadline_on")
    if not local_date(answer.at) <= first <= last < deadline:
        problems.append(Problem("AUC-003", "visit_until"))
    return problems


def check_deadline_of(
    session: Session, auction: PropertyAuction, until: datetime, at: datetime, field: str
) -> list[Problem]:
    """Return why a notice of a moment cannot have a deadline: ``TND-003``, ``TND-034``."""
    on, deadline = local_date(at), local_date(until - timedelta(microseconds=1))
    pack = registry.pack_of(auction.unit, on)
    calendar = working_calendar(session, auction.unit)
    assert auction.base is not None
    assert auction.valued_on is not None
    least = minimum_time(pack, on, is_international=False)
    found = check_deadline(on, deadline, least, calendar)
    found += check_base(auction.base, auction.valued_on, deadline, auction_rule(pack, on))
    return [replace(each, field=field) for each in found]


def _commission(
    answer: TaskAnswer, auction: PropertyAuction
) -> tuple[Commission | None, list[Problem]]:
    """Return who opens the offers, and what is wrong with what is said of them."""
    missing = [each for each in ("members", "threshold") if not answer.values.get(each)]
    if missing:
        return None, [Problem("GEN-REQUIRED", each) for each in missing]
    return commission_of(answer, auction.unit)


def _sealing(answer: TaskAnswer, auction: PropertyAuction, commission: Commission) -> SealedTender:
    """Begin the ceremony of the key of this notice; later notices have keys of their own."""
    assert auction.deadline is not None
    number = auction.number if auction.round == 1 else f"{auction.number}-{auction.round}"
    members = [each.username for each in commission.members]
    new = NewTender(
        auction.unit, number, auction.subject, auction.deadline, int(answer.values["threshold"]),
        members, auction.instance_id,
    )  # fmt: skip
    return begin_sealing(answer.session, new, actor=answer.actor, at=answer.at)
