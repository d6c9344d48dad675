"""Settling an advance: documents, the cash that comes back, and what is done when it is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import (
    Json,
    Problem,
    Records,
    Session,
    TaskAnswer,
    TaskRecall,
    announce,
    case_cancelled,
    next_number,
    task_answer,
    task_recall,
)
from engine.values import JalaliDate, Rial, local_date, normalise
from engine.values.bookkeeping import AccountingEvent
from engine.values.facts import Basis
from engine.values.later import opening
from processes.financial_documents.answers import advances, credit
from processes.financial_documents.answers.booking import Stamp, book_on_line
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.answers.finding import HEEDED, refuse, returned, stamp_of
from processes.financial_documents.records import (
    AdvancePaper,
    AdvanceSettlement,
    BudgetLine,
    DocumentType,
    EntryKind,
    SettlementState,
)
from processes.financial_documents.registry import registry
from processes.financial_documents.rules import advances as rules

PROCESS: Final = "advance_settlement"
#: the event of the books
SETTLED_EVENT: Final = "advance_settled"


@task_answer(PROCESS, "enter_settlement")
def enter(answer: TaskAnswer) -> dict[str, Json]:
    """Take the documents and the cash that settle an advance.

    Raises:
        RulesBroken: everything that is wrong with them, each beside its field.
    """
    settlement = advances.settlement_of(answer.session, answer.instance_id)
    refuse(_write(answer, settlement))
    if settlement.number is None:
        today = local_date(answer.at)
        series = f"{PROCESS}/{settlement.unit}/{JalaliDate.of(today).year}"
        sequence = next_number(answer.session, series)
        settlement.number = advances.number_of(settlement, sequence, today)
    settlement.state = SettlementState.SUBMITTED
    settlement.prepared_by = answer.actor.username
    return {
        **HEEDED,
        **shown(settlement),
        "settlement_no": settlement.number,
        "documented": settlement.documented.amount,
        "documents_vat": settlement.vat.amount,
        "cash_back": settlement.cash_back.amount,
        "excess": settlement.excess.amount,
        "cash_reference": None,
    }


def shown(settlement: AdvanceSettlement) -> dict[str, Json]:
    """Return how much of an advance is left to be settled."""
    return {
        "recovered": settlement.recovered.amount,
        "amount": settlement.outstanding.amount,
    }


def _write(answer: TaskAnswer, settlement: AdvanceSettlement) -> list[Problem]:
    """Write down what was typed; return what is wrong with it, in the order of the form."""
    values, advance = answer.values, settlement.advance
    rows: list[Mapping[str, Any]] = list(values.get("papers") or [])
    settlement.papers = [_paper(number, each) for number, each in enumerate(rows, 1)]
    papers = [
        rules.Paper(each.paper_no, each.issuer, each.dated, each.amount, each.vat)
        for each in settlement.papers
    ]
    since = advance.dated if advance.document_type is DocumentType.ADVANCE else None
    with answer.session.no_autoflush:
        known = _brought(answer.session, settlement)
    problems = rules.check_papers(papers, since, local_date(answer.at), known)
    rates = [registry.rate("vat.rate", each.dated) for each in papers]
    problems += rules.check_tax(papers, rates)
    settlement.documented = Rial.total(each.amount for each in papers)
    settlement.cash_back = Rial(int(values.get("cash_back") or 0))
    outstanding = settlement.outstanding
    settlement.excess = rules.excess(outstanding, settlement.documented)
    problems += rules.check_settlement(outstanding, settlement.documented, settlement.cash_back)
    if papers and not values.get("attachments"):
        problems.append(Problem("FIN-011", "attachments"))
    return problems


def _paper(position: int, row: Mapping[str, Any]) -> AdvancePaper:
    return AdvancePaper(
        position=position,
        paper_no=normalise(str(row["paper_no"])),
        issuer=normalise(str(row["issuer"])),
        dated=date.fromisoformat(str(row["dated"])),
        title=str(row["title"]).strip(),
        amount=Rial(int(row["amount"])),
        vat=Rial(int(row.get("vat") or 0)),
    )


def _brought(session: Session, settlement: AdvanceSettlement) -> set[tuple[str, str]]:
    """Return issuer and number of documents that other settlements have brought."""
    numbers = [each.paper_no for each in settlement.papers]
    rows = session.execute(
        select(AdvancePaper.issuer, AdvancePaper.paper_no).where(
            AdvancePaper.paper_no.in_(numbers), AdvancePaper.settlement_id != settlement.id
        )
    )
    return {(issuer, number) for issuer, number in rows}


@task_answer(PROCESS, "confirm_return")
def confirm(answer: TaskAnswer) -> dict[str, Json]:
    """Take the treasurer's word that the cash is there.

    Raises:
        RulesBroken: ``ADV-012`` it came before the advance, or comes later than today.
    """
    settlement = advances.settlement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, settlement)
    came = date.fromisoformat(str(answer.values["cash_on"]))
    if not settlement.advance.dated <= came <= local_date(answer.at):
        refuse([Problem("ADV-012", "cash_on")])
    settlement.state, settlement.confirmed_by = SettlementState.CONFIRMED, answer.actor.username
    settlement.cash_reference = str(answer.values["cash_reference"]).strip()
    settlement.cash_on = came
    return {**HEEDED, "cash_reference": settlement.cash_reference}


@task_answer(PROCESS, "approve_settlement")
def approve(answer: TaskAnswer) -> dict[str, Json]:
    """Settle the advance: the books and its credit are told.

    Raises:
        RulesBroken: ``ADV-001``, ``ADV-002`` a deduction has changed what is outstanding.
    """
    settlement = advances.settlement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, settlement)
    outstanding = settlement.outstanding
    documented, cash = settlement.documented, settlement.cash_back
    changed = rules.check_settlement(outstanding, documented, cash)
    if changed or settlement.excess != rules.excess(outstanding, documented):
        refuse([Problem("ADV-013", "outcome", {"left": str(outstanding.amount)})])
    settlement.approved_by = answer.actor.username
    settlement.settled_on = local_date(answer.at)
    _book(answer, settlement, outstanding)
    has_excess = bool(settlement.excess.amount)
    settlement.state = SettlementState.EXCESS if has_excess else SettlementState.SETTLED
    return {**HEEDED, "approve_note": answer.values.get("note")}


def _book(answer: TaskAnswer, settlement: AdvanceSettlement, outstanding: Rial) -> None:
    """Tell the books, and give cash that came back to the line the advance was paid from."""
    session, cash = answer.session, settlement.cash_back
    vat = rules.tax_settled(settlement.vat, settlement.documented, settlement.excess)
    expense = outstanding - cash - vat
    refund(session, settlement, cash, stamp_of(answer.actor, answer.at, settlement.number))
    announce(
        session,
        AccountingEvent(
            unit=settlement.unit,
            basis=basis_of(settlement),
            at=answer.at,
            by=answer.actor.username,
            kind=SETTLED_EVENT,
            on=local_date(answer.at),
            amounts={"expense": expense, "vat": vat, "cash": cash, "net": outstanding},
            description=f"تسویهٔ پیش‌پرداخت {settlement.number}",
            party=settlement.payee_id,
        ),
    )


def basis_of(settlement: AdvanceSettlement) -> Basis:
    """Return what other areas know a settlement by."""
    return Basis(AREA, PROCESS, settlement.id, str(settlement.number), settlement.instance_id)


def refund(session: Session, settlement: AdvanceSettlement, cash: Rial, stamp: Stamp) -> None:
    """Give cash back to the line of an advance, or take it again when it is below nothing.

    A line of a year that is closed takes nothing: the cash is the new year's.
    """
    line_id = settlement.advance.budget_line_id
    line = None if line_id is None else session.get(BudgetLine, line_id)
    if line is None or not cash.amount:
        return
    if not credit.closed_year(session, line.unit, line.fiscal_year):
        of = basis_of(settlement)
        book_on_line(session, line.id, EntryKind.REFUND, cash, stamp, of)


@task_answer(PROCESS, "decide_overdue")
def decide_overdue(answer: TaskAnswer) -> dict[str, Json]:
    """Order that later payments recover the advance, or wait once more."""
    settlement = advances.settlement_of(answer.session, answer.instance_id)
    today = local_date(answer.at)
    if answer.outcome == "deduct":
        settlement.deduct_since = today
        return {}
    days = int(registry.value("advance.remind.days", today))
    return {"overdue_at": opening(today + timedelta(days=days)).isoformat()}


def _sent_back(answer: TaskAnswer, settlement: AdvanceSettlement) -> dict[str, Json]:
    said = returned(answer.element_id, answer.values)
    settlement.state, settlement.confirmed_by = SettlementState.RETURNED, None
    settlement.cash_reference = settlement.cash_on = None
    return {**said, **shown(settlement)}


@task_recall(PROCESS, "enter_settlement")
@task_recall(PROCESS, "confirm_return")
@task_recall(PROCESS, "decide_overdue")
def take_back(recall: TaskRecall) -> Mapping[str, str]:
    """The settlement lies with who answered again."""
    settlement = advances.settlement_of(recall.session, recall.instance_id)
    if recall.element_id == "decide_overdue":
        settlement.deduct_since = None
    elif recall.element_id == "confirm_return":
        settlement.state, settlement.confirmed_by = SettlementState.SUBMITTED, None
        settlement.cash_reference = settlement.cash_on = None
    else:
        again = recall.case_values.get("returned_by") is not None
        settlement.state = SettlementState.RETURNED if again else SettlementState.OPEN
    return {}


@case_cancelled(PROCESS)
def give_up(records: Records) -> None:
    """Let the advance stay open: who cancels the case has not settled it."""
    settlement = advances.settlement_of(records.session, records.instance_id)
    settlement.state, settlement.instance_id = SettlementState.OPEN, None
