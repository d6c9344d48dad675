"""Walks cases of this area through the engine's commands, as the people in them would."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.model.base import Base
from engine.values import JalaliDate, Percentage, Rial, decimal_from
from processes.contractor_statement import commands
from processes.contractor_statement.demo import demo_contract_setup
from processes.contractor_statement.records import (
    AdvanceInstalment,
    Contract,
    ContractLine,
    ContractState,
    CreditLine,
    PaymentOrder,
    Statement,
)
from processes.contractor_statement.rules import RecoveryMethod
from processes.contractor_statement.rules.acceptance import MinuteKind
from processes.contractor_statement.rules.lines import APPLIES, Coefficient, LineKind
from processes.contractor_statement.rules.social_security import SocialSecurityMode
from processes.contractor_statement.tests import rule_examples
from tests.kit.walking import WalkedCase, WalkingOffice

SAMPLE = Path(__file__).parent / "samples" / "statement-312"
PARTY = "14007650912"
#: step -> who does it in the demonstration, and with what besides the outcome
PEOPLE: Mapping[str, str] = {
    "enter": "contractor",
    "prepare": "consultant2",
    "sign_prepared": "contractor",
    "measure": "supervisor",
    "check": "consultant",
    "technical_review": "tech_office",
    "review_deductions": "fin_expert",
    "check_credit": "budget_officer",
    "meeting": "tech_office",
    "central_review": "central_tech",
    "sign_voucher": "fin_head",
    "approve": "unit_head",
    "guarantee_expiring": "treasurer",
    "control": "treasurer",
    "on_account": "unit_head",
}


@dataclass
class Office(WalkingOffice):
    """Where statements are reviewed and paid."""

    cases: list[Case] = field(default_factory=list)

    def start(self, process_id: str, by: str = "contractor", **values: Any) -> Case:
        """Start a case."""
        return Case(self, self.begin(process_id, by, values))

    def statement(self, case: Case) -> Statement:
        """Return the statement of a case, as stored now."""
        with self.database.reader() as session:
            found = session.scalars(
                select(Statement).where(Statement.instance_id == case.instance_id)
            ).one()
            _ = found.figures, found.deductions, [each.contract_line.code for each in found.lines]
            session.expunge_all()
            return found

    def orders(self, case: Case) -> list[PaymentOrder]:
        """Return the payment orders of a case's statement."""
        statement_id = self.statement(case).id
        with self.database.reader() as session:
            return list(
                session.scalars(
                    select(PaymentOrder).where(PaymentOrder.statement_id == statement_id)
                )
            )

    def credit_line(self) -> CreditLine:
        """Return the credit line of the unit."""
        with self.database.reader() as session:
            return session.scalars(select(CreditLine).where(CreditLine.unit == "D07")).one()

    def minute(
        self,
        contract_id: str,
        kind: MinuteKind = MinuteKind.PROVISIONAL_ACCEPTANCE,
        on: str = "1405/04/10",
        **said: str,
    ) -> None:
        """Enter a minute of a contract's life; its defects period is over at once."""
        new = commands.NewMinute(kind, kind.value, on, **({"defects_months": "0"} | said))
        uow = self.database.unit_of_work()
        who = self.actor("project_manager")
        commands.add_minute(uow, UUID(contract_id), new, actor=who, at=self.clock())

    def change(self, kind: type[Base], **values: Any) -> None:
        """Change every row of a kind, as somebody elsewhere would."""
        uow = self.database.unit_of_work()
        with uow:
            for each in uow.session.scalars(select(kind)):
                for name, value in values.items():
                    setattr(each, name, value)
            uow.commit()

    def first(self, kind: type[Base]) -> Any:
        """Return a row of a kind."""
        with self.database.reader() as session:
            return session.scalars(select(kind)).first()


@dataclass
class Case(WalkedCase):
    """One case being walked."""

    people = PEOPLE

    office: Office

    def give_back(self, step: str, to: str, reason: str = "MEASURE", **values: Any) -> Case:
        """Return the case from a step to an earlier one."""
        return self.do(step, "return", return_to=to, return_reason=reason, **values)

    def send(self, message: str, by: str = "contractor", **values: Any) -> Case:
        """Send the case a message."""
        return super().send(message, by, **values)

    def reserve(self, step: str = "check_credit", by: str = "budget_officer") -> Case:
        """Reserve the credit of a case on the unit's line."""
        return self.do(step, by=by, credit_line_id=str(self.office.credit_line().id))

    def review(self, penalty: int = 0, **technical: Any) -> Case:
        """Do the employer's three reviews."""
        minute = {"penalty_minute_no": "م/۱۲"} if penalty else {}
        self.do("technical_review", **technical)
        self.do("review_deductions", penalty=penalty, **minute)
        return self.reserve()

    def sign(self) -> Case:
        """Sign, approve and control."""
        return self.do("sign_voucher").do("approve").do("control")


def quantities(found: Mapping[str, Any], reason: str | None = None, note: str = "") -> Any:
    """Return quantities as the answer of a line table."""
    return {
        code: {"quantity": Decimal(str(each)), "reason": reason, "note": note or None}
        for code, each in found.items()
    }


def claim_of_sample(number: int) -> dict[str, Any]:
    """Return what the contractor files with a sample statement."""
    book = openpyxl.load_workbook(SAMPLE / f"statement-{number:02}.xlsx", read_only=True)
    head = list(book["صورت‌وضعیت"].iter_rows(min_row=2, values_only=True))
    rows = book["مقادیر"].iter_rows(min_row=2, values_only=True)
    return {
        "mobilisation_progress": decimal_from(str(head[2][1])),
        "site_materials": int(str(head[3][1])),
        "lines": {code: {"quantity": decimal_from(str(each))} for code, each in rows},
    }


def review_of_sample(number: int) -> tuple[dict[str, Any], int]:
    """Return what the supervisor corrects in a sample statement, and the penalty."""
    review = json.loads((SAMPLE / f"review-{number:02}.json").read_text(encoding="utf-8"))
    lines = {
        each["code"]: {
            "quantity": Decimal(each["approved"]),
            "reason": each["reason"],
            "note": None,
        }
        for each in review["corrections"]
    }
    return lines, int(review["penalty"])


def expected_of_sample() -> list[dict[str, dict[str, int]]]:
    """Return the figures of the sample, statement by statement."""
    found = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
    statements: list[dict[str, dict[str, int]]] = found["statements"]
    return statements


def contract_of_example(office: Office, **other: Any) -> str:
    """Store the contract of `domain.md` §1.6 with its advance paid; return its id."""
    day = JalaliDate(1404, 2, 10).gregorian()
    terms = {
        "contract_no": "1404-D07-0123",
        "unit": "D07",
        "contractor_id": PARTY,
        "subject": "نمونه",
        "started_on": day,
        "duration_days": 360,
        "initial_amount": rule_examples.CONTRACT_AMOUNT,
        "overhead_coefficient": Decimal("1.30"),
        "region_coefficient": Decimal("1.02"),
        "tender_coefficient": Decimal("0.915"),
        "mobilisation_amount": rule_examples.MOBILISATION,
        "advance_rate": Percentage("20"),
        "advance_method": RecoveryMethod.PRORATA,
        "insurance_mode": SocialSecurityMode.A,
        "imported_at": office.clock(),
        "imported_by": "test",
        "state": ContractState.RUNNING,
    }
    advance_paid = other.pop("advance_paid", True)
    uow = office.database.unit_of_work()
    with uow:
        contract = Contract(**(terms | other))
        for position, line in enumerate(rule_examples.BILL, 1):
            applies = {f"applies_{c.value}": c in APPLIES[LineKind.LIST] for c in Coefficient}
            contract.lines.append(
                ContractLine(
                    position=position,
                    code=line.code,
                    chapter=line.chapter_code,
                    chapter_title=line.chapter_code,
                    title=line.code,
                    unit="m3",
                    unit_price=line.unit_price,
                    contract_quantity=line.contract_quantity,
                    kind=line.kind,
                    **applies,
                )
            )
        uow.session.add(contract)
        uow.session.flush()
        if advance_paid:
            uow.session.add(
                AdvanceInstalment(
                    contract_id=contract.id,
                    amount=rule_examples.ADVANCE,
                    gross_at_payment=Rial.ZERO,
                    paid_on=day,
                )
            )
        demo_contract_setup(uow.session, contract, office.clock())
        uow.commit()
        return str(contract.id)


def example_claim(number: int) -> dict[str, Any]:
    """Return what the contractor files with a statement of §1.6."""
    row = rule_examples.rows("certificates_example_a.csv")[number - 1]
    return {
        "mobilisation_progress": Decimal(row["progress"]),
        "site_materials": int(row["site_materials"]),
        "lines": quantities(rule_examples.quantities(f"claimed_{number}")),
    }


def example_approved(number: int) -> Any:
    """Return the approved quantities of a statement of §1.6, each with a reason."""
    return quantities(rule_examples.quantities(f"approved_{number}"), "MEASURE")


def on(moment: datetime) -> str:
    """Return the Jalali day of a moment."""
    return str(JalaliDate.of(moment.date()))


def column(office: Office, case: Case, party: str) -> dict[str, Decimal | None]:
    lines = office.statement(case).lines
    return {each.contract_line.code: getattr(each, party) for each in lines}


def codes(refused: pytest.ExceptionInfo[RulesBroken]) -> list[str]:
    """Return the codes of what is wrong, warnings left out."""
    return [each.code for each in refused.value.problems if each.severity == "error"]
