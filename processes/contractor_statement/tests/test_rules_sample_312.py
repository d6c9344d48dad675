"""The sample contract of 312 lines: its six statements come out to the rial."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.values import Percentage, Rial, decimal_from
from processes.contractor_statement.rules import (
    CertifiedToDate,
    Coefficients,
    Instalment,
    Line,
    LineKind,
    Measured,
    Terms,
    certificate,
    check_claim,
    initial_amount,
    statement_figures,
)

SAMPLE = Path(__file__).parent / "samples" / "statement-312"
KINDS = {"پایه": LineKind.LIST, "ستاره‌دار": LineKind.STAR, "مقطوع": LineKind.LUMP}
MOBILISATION = Rial(3_000_000_000)


def sheet(name: str, title: str) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(SAMPLE / name, read_only=True)
    return list(book[title].iter_rows(min_row=2, values_only=True))


def bill() -> tuple[Line, ...]:
    return tuple(
        Line(code, KINDS[kind], Rial(int(price)), decimal_from(str(quantity)), chapter)
        for code, chapter, _, _, _, price, quantity, kind in sheet("contract.xlsx", "فهرست بها")
    )


def claim(number: int) -> Measured:
    head = sheet(f"statement-{number:02}.xlsx", "صورت‌وضعیت")
    quantities = sheet(f"statement-{number:02}.xlsx", "مقادیر")
    return Measured(
        {code: decimal_from(str(quantity)) for code, quantity in quantities},
        decimal_from(str(head[2][1])),
        Rial(int(head[3][1])),
    )


def approval(number: int, claimed: Measured) -> tuple[Measured, Rial]:
    review = json.loads((SAMPLE / f"review-{number:02}.json").read_text(encoding="utf-8"))
    corrected = {each["code"]: Decimal(each["approved"]) for each in review["corrections"]}
    quantities = {**claimed.quantities, **corrected}
    approved = Measured(quantities, claimed.mobilisation_progress, claimed.site_materials)
    return approved, Rial(review["penalty"])


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
    return read


def test_all_six_statements_come_out_to_the_rial(expected: dict[str, Any]) -> None:
    lines = bill()
    given = {name: Decimal(each) for name, each in expected["contract"]["coefficients"].items()}
    coefficients = Coefficients(**given)
    amount = initial_amount(lines, coefficients, MOBILISATION)
    advance = amount.share(Percentage("20"))
    assert len(lines) == 312
    assert amount == Rial(expected["contract"]["initial_amount"])
    assert advance == Rial(expected["contract"]["advance"])

    by_code = {line.code: line for line in lines}
    approved_before: dict[str, Decimal] = {}
    before, terms = CertifiedToDate(), Terms(amount)
    for number, figures in enumerate(expected["statements"], start=1):
        claimed = claim(number)
        problems = check_claim(by_code, claimed.quantities, approved_before)
        assert not [each for each in problems if each.severity == "error"]
        said = statement_figures(lines, coefficients, MOBILISATION, claimed)
        assert {
            "lines_total": said.lines_total.amount,
            "gross": said.gross.amount,
        } == figures["claimed"]

        approved, penalty = approval(number, claimed)
        worth = statement_figures(lines, coefficients, MOBILISATION, approved)
        issued = certificate(
            terms,
            worth.gross,
            before,
            instalments=[Instalment(advance)],
            vat=Percentage("10"),
            penalty=penalty,
        )

        certified = {
            "lines_total": worth.lines_total,
            "works": worth.works,
            "mobilisation": worth.mobilisation,
            "site_materials": worth.site_materials,
            "gross": issued.gross,
            "period": issued.period,
            "retention": issued.retention,
            "advance_recovery": issued.advance_recovery,
            "social_security": issued.social_security,
            "withholding_tax": issued.withholding_tax,
            "penalty": issued.penalty,
            "vat": issued.vat,
            "net": issued.net,
        }
        assert {name: each.amount for name, each in certified.items()} == figures["certified"]
        before, approved_before = issued.to_date, dict(approved.quantities)
