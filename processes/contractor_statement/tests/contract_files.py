"""Contract spreadsheets as a technical office might send them, made for one test each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook

HEADER: Mapping[str, Any] = {
    "شماره پیمان": "1404-D07-0123",
    "واحد اجرایی": "D07",
    "موضوع": "ساختمان اداری",
    "شناسه ملی پیمانکار": "14007650912",
    "ضریب بالاسری": "1.30",
    "ضریب منطقه‌ای": "1.02",
    "ضریب پیمان": "۰٫۹۱۵",
    "مبلغ مقطوع تجهیز و برچیدن": 3_200_000_000,
    "درصد پیش‌پرداخت": "۲۰",
    "روش استهلاک پیش‌پرداخت": "PRORATA",
    "نوع ضریب بیمه": "A",
    "مدت پیمان (روز)": "۵۴۰",
    "تاریخ ابلاغ": "۱۴۰۴/۰۲/۱۰",
    "مبلغ اولیه پیمان": 110_480_092_050,
}
HEADINGS = ("ردیف", "فصل", "عنوان فصل", "شرح", "واحد", "بهای واحد (ریال)", "مقدار پیمان", "نوع")
#: domain guide §1.6, worked example A
LINES: Sequence[Sequence[Any]] = (
    ("020401", "02", "عملیات خاکی", "خاک‌برداری", "m3", 850_000, "۴۰۰۰", "پایه"),
    ("080103", "08", "بتن درجا", "بتن", "m3", 18_500_000, "1200", "پایه"),
    ("070202", "07", "میلگرد", "میلگرد", "kg", 420_000, "۹۵٬۰۰۰", "پایه"),
    ("110101", "11", "آجرکاری", "آجرکاری", "m3", "۱۴٬۲۰۰٬۰۰۰", 600, "پایه"),
    ("180305", "18", "اندودکاری", "اندود", "m2", "1,950,000", "7500.000", "پایه"),
)


def contract_file(
    facts: Mapping[str, Any] = MappingProxyType({}),
    lines: Sequence[Sequence[Any]] = LINES,
    *,
    base: Mapping[str, Any] = HEADER,
    headings: Sequence[str] = HEADINGS,
    sheets: tuple[str, str] = ("پیمان", "فهرست بها"),
) -> bytes:
    """Return a spreadsheet; ``facts`` replace those of ``base``, ``None`` leaves one out."""
    book = Workbook()
    facts_sheet = book.active
    assert facts_sheet is not None
    facts_sheet.title = sheets[0]
    facts_sheet.append(("عنوان", "مقدار"))
    for label, value in {**base, **facts}.items():
        if value is not None:
            facts_sheet.append((label, value))
    bill = book.create_sheet(sheets[1])
    bill.append(tuple(headings))
    for line in lines:
        bill.append(tuple(line))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def changed(row: int, column: int, value: object) -> list[list[object]]:
    """Return the lines with one cell changed; row and column count from 0."""
    lines = [list(each) for each in LINES]
    lines[row][column] = value
    return lines
