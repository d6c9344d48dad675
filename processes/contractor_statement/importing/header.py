"""The sheet «پیمان»: one fact of the contract per row, in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from engine.values import InvalidValue, Percentage, Rial, fold
from processes.contractor_statement.importing import cells
from processes.contractor_statement.importing.cells import Cell, heading_key
from processes.contractor_statement.importing.sheets import (
    Found,
    Problems,
    Rows,
    columns_of,
    sheet_named,
)
from processes.contractor_statement.rules.advance import RecoveryMethod
from processes.contractor_statement.rules.social_security import SocialSecurityMode

SHEET: Final = ("پیمان", "مشخصات پیمان", "قرارداد")
#: above it an advance needs another rule (`domain.md` §1.3)
LARGEST_ADVANCE: Final = Percentage("25")


@dataclass(frozen=True, slots=True)
class Header:
    """The facts of a contract, as its file states them."""

    contract_no: str
    unit: str
    contractor_id: str
    contractor_name: str | None
    subject: str
    signed_on: date | None
    started_on: date
    duration_days: int
    initial_amount: Rial
    overhead: Decimal
    region: Decimal
    floor: Decimal
    difficulty: Decimal
    tender: Decimal
    mobilisation: Rial
    advance_rate: Percentage
    advance_method: RecoveryMethod
    insurance_mode: SocialSecurityMode
    retention_rate: Percentage
    price_list_year: int | None
    discipline: str | None
    adjustable: bool
    base_quarter: str | None


@dataclass(frozen=True, slots=True)
class _Field:
    headings: tuple[str, ...]
    read: Callable[[Cell], Any]
    required: bool = True
    default: Any = None


def _code(cell: Cell) -> str:
    return cells.text(cell).replace(" ", "")


def _advance(cell: Cell) -> Percentage:
    rate = cells.percentage(cell)
    if rate > LARGEST_ADVANCE:
        raise InvalidValue("CON-005", "out of range", value=cells.text(cell))
    return rate


def _method(cell: Cell) -> RecoveryMethod:
    return RecoveryMethod[_choice(cell, {each.name: each.name for each in RecoveryMethod})]


def _insurance(cell: Cell) -> SocialSecurityMode:
    known = {each.value: each.name for each in SocialSecurityMode}
    return SocialSecurityMode[_choice(cell, known | {"الف": "A", "ب": "B", "ج": "C"})]


def _choice(cell: Cell, known: Mapping[str, str]) -> str:
    by_fold = {fold(said): name for said, name in known.items()}
    name = by_fold.get(fold(cells.text(cell)))
    if name is None:
        raise InvalidValue("CON-006", "unknown", allowed="، ".join(known))
    return name


_ONE: Final = Decimal(1)
_FIELDS: Final[Mapping[str, _Field]] = {
    "contract_no": _Field(("شماره پیمان", "شماره قرارداد"), cells.short_text),
    "unit": _Field(("واحد اجرایی", "کد واحد اجرایی"), _code),
    "subject": _Field(("موضوع", "موضوع پیمان"), cells.short_text),
    "contractor_id": _Field(
        ("شناسه ملی پیمانکار", "کد ملی پیمانکار", "شناسه پیمانکار"), cells.party_id
    ),
    "contractor_name": _Field(("نام پیمانکار", "پیمانکار"), cells.short_text, required=False),
    "overhead": _Field(("ضریب بالاسری",), cells.coefficient),
    "region": _Field(
        ("ضریب منطقه‌ای", "ضریب منطقه"), cells.coefficient, required=False, default=_ONE
    ),
    "floor": _Field(("ضریب طبقات",), cells.coefficient, required=False, default=_ONE),
    "difficulty": _Field(
        ("ضریب صعوبت", "ضریب سختی کار"), cells.coefficient, required=False, default=_ONE
    ),
    "tender": _Field(("ضریب پیمان", "ضریب پیمانکار"), cells.coefficient),
    "mobilisation": _Field(
        ("مبلغ مقطوع تجهیز و برچیدن", "مبلغ مقطوع تجهیز و برچیدن کارگاه", "تجهیز و برچیدن کارگاه"),
        cells.rials,
        required=False,
        default=Rial.ZERO,
    ),
    "advance_rate": _Field(("درصد پیش‌پرداخت",), _advance, required=False, default=Percentage(0)),
    "advance_method": _Field(
        ("روش استهلاک پیش‌پرداخت", "روش استهلاک"),
        _method,
        required=False,
        default=RecoveryMethod.PRORATA,
    ),
    "insurance_mode": _Field(("نوع ضریب بیمه", "نوع بیمه"), _insurance),
    "duration_days": _Field(("مدت پیمان", "مدت"), cells.count),
    "started_on": _Field(("تاریخ ابلاغ", "تاریخ شروع", "تاریخ تحویل زمین"), cells.day),
    "signed_on": _Field(("تاریخ پیمان", "تاریخ امضا", "تاریخ انعقاد"), cells.day, required=False),
    "initial_amount": _Field(("مبلغ اولیه پیمان", "مبلغ پیمان"), cells.rials),
    "retention_rate": _Field(
        ("درصد حسن انجام کار",), cells.percentage, required=False, default=Percentage("10")
    ),
    "price_list_year": _Field(("سال فهرست‌بها", "سال پایه"), cells.count, required=False),
    "discipline": _Field(("رشته", "رشته فهرست‌بها"), cells.short_text, required=False),
    "adjustable": _Field(("مشمول تعدیل",), cells.yes_or_no, required=False, default=False),
    "base_quarter": _Field(("سه‌ماهه مبنا", "دوره مبنا"), cells.quarter, required=False),
}
_NAMES: Final = {heading_key(each): name for name, f in _FIELDS.items() for each in f.headings}
_MONEY: Final = frozenset({"mobilisation", "initial_amount"})
_COLUMNS: Final = {"label": ("عنوان", "شرح", "مشخصه"), "value": ("مقدار", "مقدار / شرح")}
_COEFFICIENT: Final = heading_key("ضریب")


def read_header(sheets: Mapping[str, Rows], problems: Problems) -> Header | None:
    """Return the facts of the contract, or note everything that is wrong with them."""
    sheet = sheet_named(sheets, SHEET, problems)
    if sheet is None:
        return None
    title, rows = sheet
    columns = columns_of(title, rows, _COLUMNS, ("label", "value"), problems)
    if columns is None:
        return None
    before = len(problems.found)
    stated: dict[str, Found] = {}
    for number, row in enumerate(rows[columns.row :], start=columns.row + 1):
        label = columns.cell(title, number, row, "label")
        value = columns.cell(title, number, row, "value")
        _note_field(label, value, stated, problems)
    values = {name: _value(name, stated.get(name), title, problems) for name in _FIELDS}
    _check_adjustment(values, stated, problems)
    return Header(**values) if len(problems.found) == before else None


def _note_field(label: Found, value: Found, stated: dict[str, Found], problems: Problems) -> None:
    """File one row under the field its label names; rows we do not know are remarks."""
    if label.is_blank:
        return
    key = heading_key(label.cell)
    name = _NAMES.get(key)
    if name is None:
        # an unread coefficient would change every amount
        if key.startswith(_COEFFICIENT):
            problems.at(label, "CON-011", value=cells.text(label.cell))
    elif name in stated:
        problems.at(label, "CON-007", value=cells.text(label.cell), first=str(stated[name].row))
    else:
        stated[name] = Found(
            value.cell, value.sheet, value.row, value.column, cells.text(label.cell)
        )


def _value(name: str, stated: Found | None, title: str, problems: Problems) -> Any:
    wanted = _FIELDS[name]
    if stated is None or stated.is_blank:
        if wanted.required and stated is None:
            problems.about("CON-003", title, heading=wanted.headings[0])
        elif wanted.required and stated is not None:
            problems.at(stated, "CON-004")
        return wanted.default
    in_toman = name in _MONEY and "تومان" in stated.heading
    return problems.read(cells.tomans if in_toman else wanted.read, stated)


def _check_adjustment(
    values: Mapping[str, Any], stated: Mapping[str, Found], problems: Problems
) -> None:
    if values["adjustable"] and values["base_quarter"] is None and "base_quarter" not in stated:
        problems.at(stated["adjustable"], "CON-016")
    signed, started = values["signed_on"], values["started_on"]
    if signed is not None and started is not None and started < signed:
        problems.at(stated["started_on"], "CON-017")
