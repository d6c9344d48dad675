"""The printed documents of the area: what they say, as the templates beside this file take it.

Everything is text already in the language and digits of the document; a template only
lays it out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from engine.values import (
    TEHRAN,
    JalaliDate,
    Percentage,
    Rial,
    grouped,
    in_english_words,
    in_persian_words,
    local_date,
    persian_digits,
)
from processes.contractor_statement.queries.statements import (
    Approval,
    CertifiedLine,
    DeductionRow,
    FigureRow,
    OrderFacts,
    StatementPage,
)
from processes.contractor_statement.texts import PROCESSES, AreaTexts

_FOLDER: Final = Path(__file__).resolve().parent
CERTIFICATE: Final = _FOLDER / "certificate.typ"
ORDER: Final = _FOLDER / "payment_order.typ"

#: Gives the name of a role in the language of the document.
RoleName = Callable[[str], str]


@cache
def labels(language: str) -> Mapping[str, Any]:
    """Return the words of the documents in a language."""
    known: Mapping[str, Any] = tomllib.loads((_FOLDER / "labels.toml").read_text("utf-8"))
    words: Mapping[str, Any] = known[language]
    return words


def certificate(
    page: StatementPage,
    lines: Sequence[CertifiedLine],
    *,
    language: str,
    role_name: RoleName,
    at: datetime,
) -> dict[str, Any]:
    """Return what a certificate prints (R-MON-05: the total in digits and in words)."""
    write = _Writer(language)
    net = page.net or Rial.ZERO
    return {
        **_frame(page, write, at),
        "figures": [_figure(each, write) for each in page.figures],
        "previous_gross": write.rial(page.previous_gross),
        "period_amount": write.rial(page.period),
        "deductions": [_deduction(each, write) for each in page.deductions],
        "net": write.rial(net),
        "net_label": write.words["net" if net >= Rial.ZERO else "carried"],
        "net_in_words": write.in_words(net),
        "chapters": _chapters(lines, write),
        "approvals": _approvals(page, write, role_name),
    }


def payment_order(
    page: StatementPage,
    order: OrderFacts,
    *,
    language: str,
    role_name: RoleName,
    at: datetime,
) -> dict[str, Any]:
    """Return what a payment order prints (`domain.md` §4.3)."""
    write = _Writer(language)
    purposes = write.words["purposes"]
    deposit = order.debit_account == "DEPOSIT"
    return {
        **_frame(page, write, at),
        "order_no": order.order_no,
        "payee_name": order.payee_name,
        "payee_id": order.payee_id,
        "iban": " ".join(order.payee_iban[i : i + 4] for i in range(0, 26, 4)),
        "amount": write.rial(order.amount),
        "amount_in_words": write.in_words(order.amount)
        if language == "en"
        else order.amount_in_words.removesuffix(" ریال"),
        "purpose": f"{order.purpose_code} · {purposes.get(order.purpose_code, '')}".strip(" ·"),
        "debit": write.words["deposit"] if deposit else order.debit_account,
        "debit_title": "" if deposit else order.credit_title or "",
        "issued": write.moment(order.issued_at),
        "approvals": _approvals(page, write, role_name),
    }


def minutes(page: StatementPage, *, language: str) -> dict[str, Any]:
    """Return what minutes print: each line on which those who measured differed."""
    write = _Writer(language)
    return {
        "contract_no": page.contract.contract_no,
        "subject": page.contract.subject,
        "contractor": page.contract.contractor_name or "",
        "no": write.digits(page.statement.no),
        "differences": [
            [
                each.code,
                each.title,
                each.unit,
                write.quantity(each.before),
                write.quantity(each.after),
                write.rial(each.amount),
                each.note or "",
            ]
            for each in page.differences
        ],
    }


class _Writer:
    """Writes values for people in one language; isolation left to right is the template's."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = labels(language)

    def rial(self, amount: Rial | None) -> str:
        return "" if amount is None else grouped(amount.amount, self.language)

    def quantity(self, number: Decimal) -> str:
        whole = number.to_integral_value()
        return grouped(whole if number == whole else number.normalize(), self.language)

    def rate(self, rate: Percentage | None) -> str:
        if rate is None:
            return ""
        sign = "٪" if self.language == "fa" else "%"
        return f"{self.quantity(rate.percent)}{sign}"

    def digits(self, text: object) -> str:
        return persian_digits(str(text)) if self.language == "fa" else str(text)

    def day(self, on: date | None) -> str:
        return "" if on is None else self.digits(JalaliDate.of(on))

    def moment(self, at: datetime | None) -> str:
        if at is None:
            return ""
        local = at.astimezone(TEHRAN)
        return self.digits(f"{JalaliDate.of(local.date())} {local:%H:%M}")

    def in_words(self, amount: Rial) -> str:
        if self.language == "fa":
            return in_persian_words(amount.amount)
        return in_english_words(amount.amount)


def _frame(page: StatementPage, write: _Writer, at: datetime) -> dict[str, Any]:
    """Return the head every document of a statement has."""
    statement, contract = page.statement, page.contract
    return {
        "language": write.language,
        "words": {key: said for key, said in write.words.items() if isinstance(said, str)},
        "contract_no": contract.contract_no,
        "subject": contract.subject,
        "contractor": contract.contractor_name or "",
        "contractor_id": contract.contractor_id,
        "kind": write.words["kinds"][statement.kind.value],
        "no": write.digits(statement.no),
        "period": [write.day(statement.period_from), write.day(statement.period_to)],
        "submitted": write.moment(statement.submitted_at),
        "approved": write.moment(statement.approved_at),
        "printed": write.day(local_date(at)),
    }


def _figure(row: FigureRow, write: _Writer) -> dict[str, str]:
    return {
        "label": write.words[row.name],
        "claimed": write.rial(row.claimed),
        "certified": write.rial(row.certified),
    }


def _deduction(row: DeductionRow, write: _Writer) -> dict[str, str]:
    signed = row.amount if row.is_added else -row.amount
    return {
        "label": write.words["deduction_types"][row.type.value],
        "basis": write.rial(row.basis),
        "rate": write.rate(row.rate),
        "amount": write.rial(signed),
        "cumulative": write.rial(row.cumulative),
        "legal_ref": row.legal_ref or "",
    }


def _chapters(lines: Sequence[CertifiedLine], write: _Writer) -> list[dict[str, Any]]:
    """Return the lines by chapter, each with its sum before coefficients."""
    chapters = []
    for code, group in groupby(lines, key=lambda each: each.chapter):
        of_chapter = list(group)
        chapters.append(
            {
                "code": code,
                "title": of_chapter[0].chapter_title,
                "total": write.rial(Rial.total(each.amount for each in of_chapter)),
                "lines": [_line(each, write) for each in of_chapter],
            }
        )
    return chapters


def _line(each: CertifiedLine, write: _Writer) -> list[str]:
    return [
        each.code,
        each.title,
        each.unit,
        write.rial(each.unit_price),
        write.quantity(each.previous),
        write.quantity(each.approved),
        write.rial(each.amount),
    ]


def _approvals(page: StatementPage, write: _Writer, role_name: RoleName) -> list[dict[str, Any]]:
    """Return the acts of approval, each at its step as the language calls it."""
    process, texts = PROCESSES[page.statement.kind.value], AreaTexts(write.language)
    return [
        {
            "name": _name(each, write),
            "role": role_name(each.role),
            "step": texts.element(process, each.element_id, each.step),
            "at": write.moment(each.at),
            "is_voided": each.is_voided,
        }
        for each in page.approvals
    ]


def _name(each: Approval, write: _Writer) -> str:
    """Return who approved, and in whose place."""
    name, away = each.name_en, each.for_en
    if write.language == "fa":
        name, away = each.name_fa, each.for_fa
    return write.words["in_place_of"].format(name=name, other=away) if away else name
