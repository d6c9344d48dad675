"""Certified statements of the sample contract, stored without walking their cases."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.sdk import Session, new_id, read_spreadsheet
from engine.values import Percentage, Rial, decimal_from, in_persian_words
from processes.contractor_statement.demo import ACCOUNT, sample
from processes.contractor_statement.queries import advance_paid, certified_before
from processes.contractor_statement.records import (
    Contract,
    PaymentOrder,
    Statement,
    StatementKind,
    StatementLine,
    StatementState,
)
from processes.contractor_statement.rules.deductions import certificate
from processes.contractor_statement.terms import (
    figures_by,
    terms_of,
    write_certificate,
    write_claim,
)

SAMPLE = Path(__file__).parent / "samples" / "statement-312"
VAT = Percentage("10")
PERIOD = timedelta(days=80)


def expected(no: int) -> dict[str, dict[str, int]]:
    """Return the figures of a statement that the sample expects."""
    figures = json.loads((SAMPLE / "expected.json").read_text("utf-8"))
    found: dict[str, dict[str, int]] = figures["statements"][no - 1]
    return found


def sample_contract(session: Session) -> Contract:
    """Return the contract the demonstration brought in."""
    return session.scalars(select(Contract)).one()


def file_and_certify(session: Session, no: int, at: datetime) -> Statement:
    """Store one statement of the sample as claimed, reviewed and certified."""
    contract = sample_contract(session)
    review = json.loads((SAMPLE / f"review-{no:02d}.json").read_text("utf-8"))
    at += timedelta(minutes=no)
    statement = Statement(
        contract=contract,
        kind=StatementKind.INTERIM,
        no=no,
        instance_id=new_id(),
        state=StatementState.PAYMENT_ORDERED,
        created_at=at,
        submitted_at=at,
        supervised_at=at,
        consulted_at=at,
        approved_at=at,
        period_from=contract.started_on + (no - 1) * PERIOD,
        period_to=contract.started_on + no * PERIOD - timedelta(days=1),
    )
    _claim(statement, contract, no)
    _review(statement, review["corrections"])
    session.add(statement)
    session.flush()
    _certify(session, statement, Rial(review["penalty"]))
    _order(session, statement, at)
    return statement


def _claim(statement: Statement, contract: Contract, no: int) -> None:
    content = sample(f"statement-{no:02d}.xlsx")
    assert content is not None
    header, quantities = read_spreadsheet(content).values()
    facts = {str(row[0]): row[1] for row in header[1:]}
    progress, materials = list(facts.values())[2:]
    statement.mobilisation_progress = decimal_from(str(progress))
    statement.site_materials = Rial(int(str(materials)))
    lines = {each.code: each for each in contract.lines}
    statement.lines = [
        StatementLine(contract_line=lines[str(code)], claimed=decimal_from(str(claimed)))
        for code, claimed in quantities[1:]
    ]


def _review(statement: Statement, corrections: list[dict[str, Any]]) -> None:
    lines = {each.contract_line.code: each for each in statement.lines}
    for each in corrections:
        line = lines[each["code"]]
        line.supervisor = Decimal(each["approved"])
        line.reason_supervisor = each["reason"]


def _certify(session: Session, statement: Statement, penalty: Rial) -> None:
    write_claim(statement)
    figures = figures_by(statement, "owner")
    terms = terms_of(statement.contract)
    paid = certificate(
        terms,
        figures.gross,
        certified_before(session, statement),
        instalments=advance_paid(session, statement.contract_id),
        vat=VAT,
        penalty=penalty,
    )
    write_certificate(statement, figures, paid, terms, VAT)
    session.flush()


def _order(session: Session, statement: Statement, at: datetime) -> None:
    assert statement.payable is not None
    contract = statement.contract
    session.add(
        PaymentOrder(
            order_no=f"{contract.unit}-1405-{statement.no}",
            unit=contract.unit,
            statement_id=statement.id,
            payee_id=contract.contractor_id,
            payee_name="شرکت نمونه",
            payee_iban=ACCOUNT,
            amount=statement.payable,
            amount_in_words=f"{in_persian_words(statement.payable.amount)} ریال",
            debit_account="DEMO-D07",
            issued_at=at,
        )
    )
    session.flush()
