"""The instalments of an auction's price: what guarantees them, and what is received (§3.13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from engine.sdk import Json, Problem, Session, TaskAnswer, task_answer, working_calendar
from engine.values import LANGUAGES, JalaliDate, Rial, end_of_day, local_date
from processes.transactions import registry
from processes.transactions.answers.auction_money import tell_damages, tell_instalments
from processes.transactions.answers.auction_terms import Plan
from processes.transactions.answers.auctions import auction_held
from processes.transactions.answers.finding import refuse, said
from processes.transactions.queries.instalments import late_by
from processes.transactions.receipts import is_free, take
from processes.transactions.records import (
    AuctionInstalment,
    AuctionState,
    Guarantee,
    PropertyAuction,
    PropertyOffer,
)
from processes.transactions.rules.guarantee_register import IN_FORCE, Kind
from processes.transactions.rules.instalments import (
    Instalment,
    check_guarantee,
    paid_by,
)
from processes.transactions.texts import in_each_language


def shown(plan: Plan) -> dict[str, Json]:
    """Return what the steps show of a plan."""
    rows: list[Json] = [_row(each, is_paid=False) for each in plan.rows]
    until = plan.guaranteed_until
    return {
        "rest": plan.rest.amount if plan.rows else None,
        "guaranteed_until": None if until is None else until.isoformat(),
        "schedule": rows,
    }


def _row(each: Instalment | AuctionInstalment, *, is_paid: bool) -> dict[str, Json]:
    on, code = JalaliDate.of(each.due_on), "instalment.paid" if is_paid else "instalment.open"
    if isinstance(each, AuctionInstalment) and each.late_of is not None:
        code = "damages.paid" if is_paid else "damages.open"
    return {
        "no": each.no,
        "due_on": {language: on.long(language) for language in LANGUAGES},
        "amount": each.amount.amount,
        "state": in_each_language("computation", code),
    }


def check_payment(
    answer: TaskAnswer, auction: PropertyAuction, payer: PropertyOffer, plan: Plan
) -> tuple[Guarantee | None, list[Problem]]:
    """Return the guarantee of the instalments, and why it will not do.

    ``GEN-REQUIRED`` none · ``AUC-042`` not in force, or for something else · ``AUC-045`` of
    somebody else than who pays; those of `check_guarantee`.
    """
    if not plan.rows:
        return None, []
    named = answer.values.get("guarantee_id")
    if not named:
        return None, [Problem("GEN-REQUIRED", "guarantee_id")]
    found = answer.session.get(Guarantee, UUID(str(named)), with_for_update=True)
    if (
        found is None
        or found.state not in IN_FORCE
        or (found.kind, found.unit, found.concerns) != (Kind.PAYMENT, auction.unit, auction.number)
    ):
        return None, [Problem("AUC-042", "guarantee_id", {"auction": auction.number})]
    if found.giver not in {None, payer.identifier}:
        return found, [Problem("AUC-045", "guarantee_id")]
    least, until = plan.rest, plan.guaranteed_until
    return found, check_guarantee(found.amount, found.valid_until, least, until)


def agree_instalments(auction: PropertyAuction, plan: Plan, guarantee: Guarantee | None) -> None:
    """Let the instalments of a plan be owed from now on, and the guarantee stand for them."""
    auction.guarantee = guarantee
    auction.instalments = [
        AuctionInstalment(no=each.no, due_on=each.due_on, amount=each.amount) for each in plan.rows
    ]


def claim_damages(
    session: Session,
    auction: PropertyAuction,
    late: Sequence[AuctionInstalment],
    at: datetime,
    by: str,
) -> Rial:
    """Let damages of parts that are late be owed; return how much.

    Of a part that was received they are those until then, of any other those until today, by the
    pack of that day and beyond what was claimed before.
    """
    on = local_date(at)
    days = registry.pack_of(auction.unit, on).whole("auction.pay.working.days", on)
    due_on = working_calendar(session, auction.unit).plus_working_days(on, days)
    claimed: list[AuctionInstalment] = []
    for each in late:
        found = late_by(auction, each, each.received_on or on)
        if found is not None and found.damages > Rial.ZERO:
            claimed.append(
                AuctionInstalment(
                    no=len(auction.instalments) + len(claimed) + 1, due_on=due_on,
                    amount=found.damages, late_of=each.no, late_days=found.unclaimed_days,
                    late_rate=found.rate.percent,
                )
            )  # fmt: skip
    auction.instalments += claimed
    session.flush()
    damages = Rial.total(each.amount for each in claimed)
    tell_damages(session, auction, damages, at, by)
    return damages


def next_instalment(auction: PropertyAuction) -> dict[str, Json]:
    """Return what the case shows of the instalments, and until when the next is paid."""
    left = auction.open_instalments
    rows: list[Json] = [
        _row(each, is_paid=each.received_on is not None) for each in auction.instalments
    ]
    return {
        "instalments_left": bool(left),
        "instalment_due": left[0].due_on.isoformat() if left else None,
        "instalment_until": end_of_day(left[0].due_on).isoformat() if left else None,
        "instalment_amount": left[0].amount.amount if left else None,
        "rest": Rial.total(each.amount for each in left).amount if rows else None,
        "schedule": rows,
    }


def used_receipt(
    session: Session, auction: PropertyAuction, receipt: str | None, field: str
) -> list[Problem]:
    """Return ``AUC-047`` for a receipt of a deposit or of another payment to the unit."""
    return [] if is_free(session, auction, receipt, "") else [Problem("AUC-047", field)]


@task_answer("property_auction", "receive_instalment")
def receive_instalment(answer: TaskAnswer) -> dict[str, Json]:
    """Take that the next instalment was paid, or several together; each whole, early ones too.

    Raises:
        RulesBroken: ``AUC-046`` another amount, ``AUC-005`` a day ahead, ``AUC-047`` a receipt that
            counts already.
    """
    session, auction = answer.session, auction_held(answer.session, answer.instance_id)
    left = auction.open_instalments
    received = Rial(int(answer.values["instalment_received"]))
    receipt = said(answer.values, "instalment_receipt")
    on = date.fromisoformat(str(answer.values["instalment_on"]))
    count = paid_by([each.amount for each in left], received)
    problems = used_receipt(session, auction, receipt, "instalment_receipt")
    if count == 0:
        whole = Rial.total(each.amount for each in left)
        amounts = {"next": str(left[0].amount.amount), "rest": str(whole.amount)}
        problems.append(Problem("AUC-046", "instalment_received", amounts))
    if on > local_date(answer.at):
        problems.append(Problem("AUC-005", "instalment_on"))
    refuse(problems)
    take(session, auction, receipt)
    paid, by = left[:count], answer.actor.username
    for each in paid:
        each.receipt_no, each.received_on = receipt, on
        each.recorded_at, each.recorded_by = answer.at, by
    tell_instalments(session, auction, paid, by)
    claim_damages(session, auction, paid, answer.at, by)
    if not auction.open_instalments and auction.state is AuctionState.INSTALMENTS:
        auction.state = AuctionState.PAID
    return next_instalment(auction)
