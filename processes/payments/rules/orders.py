"""What makes a payment order right: the fields of `domain.md` §4.3, the errors of §4.10."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.errors import Problem
from engine.values import (
    InvalidValue,
    Rial,
    iban,
    in_persian_words,
    is_legal_id,
    is_national_code,
    is_sayad_id,
    normalise,
)
from engine.values.bills import bill
from processes.payments.rules.states import Instrument

#: What a payment is for (بابت), as the register of cheques knows it (§4.2) [D].
PURPOSES: Final = (
    "GPPC", "SPAC", "DRPA", "POSA", "CCPA", "GPAC", "TCAP", "IMPT", "MPTP", "LRPA", "GEAC",
    "IOSP", "HIPA", "ISAP", "FXAP", "RTAP", "LMAP", "CDAP", "CPAC",
)  # fmt: skip
LEAF_YEARS: Final = 3  #: a cheque is not dated later than this after its book was handed out
_BEARER: Final = re.compile(r"(در وجه )?حامل|bearer", re.IGNORECASE)
_DEPOSIT_ID: Final = re.compile(r"[0-9A-Za-z]{1,30}")


@dataclass(frozen=True, slots=True)
class Basis:
    """What an order pays: a voucher, a statement, or a basis entered by hand."""

    payee_id: str
    net: Rial


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as it was entered."""

    instrument: Instrument
    amount: Rial
    amount_in_words: str
    payee_id: str
    payee_name: str
    payee_iban: str
    due_on: date
    purpose: str
    sayad_id: str = ""
    book_on: date | None = None  #: when the cheque-book was handed out
    payment_id: str = ""
    bill_id: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around an order."""

    basis: Basis
    today: date
    iban_in_force: str | None  #: the payee's account that may be paid to; ``None``: there is none
    owner_id: str | None  #: of the account, as the bank told it; ``None``: not asked, or unknown
    sayad_used: bool = False
    has_bounced: bool = False  #: the issuer has a cheque that bounced and was not cleared
    live_order: str | None = None  #: number of another live order for the same basis


def check(order: Draft, known: Known, *, owner_asked: bool) -> list[Problem]:
    """Return everything that is wrong with an order, beside its fields."""
    problems = _of_payee(order, known, owner_asked=owner_asked)
    if order.amount <= Rial.ZERO or order.amount != known.basis.net:
        told = {"amount": str(order.amount.amount), "net": str(known.basis.net.amount)}
        problems.append(Problem("PAY-002", "amount", told))
    if order.amount_in_words != in_persian_words(order.amount.amount):
        problems.append(Problem("PAY-011", "amount"))
    if order.due_on < known.today:
        problems.append(Problem("PAY-005", "due_on"))
    if order.purpose not in PURPOSES:
        problems.append(Problem("PAY-015", "purpose"))
    problems += _of_bill(order)
    if order.instrument.is_cheque:
        problems += _of_cheque(order, known)
    if known.live_order is not None:
        problems.append(Problem("PAY-010", "basis_id", {"order": known.live_order}))
    return problems


def _of_payee(order: Draft, known: Known, *, owner_asked: bool) -> list[Problem]:
    problems = []
    if not order.payee_id or _BEARER.fullmatch(normalise(order.payee_name)):
        problems.append(Problem("PAY-006", "payee_id"))
    elif not (is_national_code(order.payee_id) or is_legal_id(order.payee_id)):
        problems.append(Problem("PAY-001", "payee_id"))
    elif order.payee_id != known.basis.payee_id:
        problems.append(Problem("PAY-016", "payee_id", {"payee": known.basis.payee_id}))
    if not order.payee_iban:
        return [*problems, Problem("PAY-001", "payee_iban")]
    try:
        stored = iban(order.payee_iban)
    except InvalidValue:
        return [*problems, Problem("PAY-003", "payee_iban")]
    if stored != known.iban_in_force:
        problems.append(Problem("PAY-001", "payee_iban"))
    if owner_asked and known.owner_id != order.payee_id:
        problems.append(Problem("PAY-007", "payee_iban"))
    return problems


def _of_cheque(order: Draft, known: Known) -> list[Problem]:
    problems = []
    if not is_sayad_id(order.sayad_id) or known.sayad_used:
        problems.append(Problem("PAY-004", "sayad_id"))
    if order.book_on is None:
        problems.append(Problem("GEN-REQUIRED", "book_on"))
    elif order.due_on > last_day_of_leaf(order.book_on):
        problems.append(Problem("PAY-005", "due_on"))
    if known.has_bounced:
        problems.append(Problem("PAY-009", "debit_account"))
    return problems


def last_day_of_leaf(book_on: date) -> date:
    """Return the last day that a leaf of a cheque-book may be dated.

    >>> last_day_of_leaf(date(2024, 2, 29))
    datetime.date(2027, 2, 28)
    """
    year = book_on.year + LEAF_YEARS
    is_leap_day = (book_on.month, book_on.day) == (2, 29)
    return date(year, 2, 28) if is_leap_day else book_on.replace(year=year)


def _of_bill(order: Draft) -> list[Problem]:
    """Check the pair of a bill, and its amount; a deposit id alone has only its length (§4.6)."""
    if not order.bill_id:
        if order.payment_id and not _DEPOSIT_ID.fullmatch(order.payment_id):
            return [Problem("PAY-013", "payment_id")]
        return []
    try:
        found = bill(order.bill_id, order.payment_id)
    except InvalidValue as invalid:
        field = "bill_id" if invalid.code == "PAY-012" else "payment_id"
        return [Problem(invalid.code, field)]
    return [] if found.amount == order.amount else [Problem("PAY-002", "payment_id")]


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of what is certified that does not go to the payee (R-PAY-09)."""

    kind: str  #: RETENTION, INSURANCE, TAX, OTHER
    amount: Rial


def check_legs(gross: Rial, vat: Rial, net: Rial, legs: Sequence[Leg]) -> list[Problem]:
    """Return ``PAY-017`` unless the payee's part and all legs make gross and VAT, to the rial."""
    total = net + Rial.total(each.amount for each in legs)
    if total == gross + vat:
        return []
    told = {"sum": str(total.amount), "due": str((gross + vat).amount)}
    return [Problem("PAY-017", "gross", told)]
