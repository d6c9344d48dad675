"""What the cells of exchanged spreadsheets mean, however they are typed.

Every reader takes a cell and returns a value or raises `InvalidValue`; digits may be
Persian, Arabic or Latin, letters Arabic or Persian, and ``٫``, ``.`` and ``/`` all mark
decimals.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from engine.values import (
    InvalidValue,
    JalaliDate,
    Percentage,
    Rial,
    decimal_from,
    fold,
    integer_from,
    legal_id,
    national_code_from_import,
    normalise,
)

Cell = str | int | Decimal | date | None

LARGEST_QUANTITY: Final = Decimal(10) ** 12  #: decimal(15,3)
LARGEST_INDEX: Final = Decimal(10) ** 7
#: powers of ten beyond which a cell's number is a mistake
_FARTHEST: Final = 30
LONGEST_TEXT: Final = 500
_ASIDE: Final = re.compile(r"[(\[（].*?[)\]）]")
_MARKS: Final = re.compile(r"[\s:*.،؛_\-]+")
_SLASH_DECIMAL: Final = re.compile(r"([-+−]?[0-9۰-۹٠-٩٬,،]+)/([0-9۰-۹٠-٩]+)")
_CODE: Final = re.compile(r"[\w*.\-]{1,20}")


def heading_key(cell: Cell) -> str:
    """Return the form in which headings are compared: no spaces, half-spaces or asides.

    >>> heading_key("بهاي واحد (ريال):") == heading_key("بهای‌واحد")
    True
    """
    plain = fold(_ASIDE.sub("", text(cell)))
    return _MARKS.sub("", plain)


def text(cell: Cell) -> str:
    """Return a cell as normalised text; an empty cell is the empty text."""
    if cell is None:
        return ""
    return normalise(format(cell, "f") if isinstance(cell, Decimal) else str(cell))


def short_text(cell: Cell) -> str:
    """Return text of at most 500 characters.

    Raises:
        InvalidValue: ``CON-008``.
    """
    said = text(cell)
    if len(said) > LONGEST_TEXT:
        raise InvalidValue("CON-008", "too long", most=str(LONGEST_TEXT))
    return said


def exact(cell: Cell) -> Decimal:
    """Return an exact number.

    Raises:
        InvalidValue: ``NUM-001``.

    >>> exact("۶۸۳٫۸۵۳"), exact("683/853"), exact(12)
    (Decimal('683.853'), Decimal('683.853'), Decimal('12'))
    """
    if isinstance(cell, Decimal | int):
        number = Decimal(cell)
        if number and abs(number.adjusted()) > _FARTHEST:
            raise InvalidValue("NUM-001", "not a number of this world", value=f"{number:.3E}")
        return number
    return decimal_from(_SLASH_DECIMAL.sub(r"\1.\2", text(cell)).replace("،", ","))


def quantity(cell: Cell) -> Decimal:
    """Return a quantity: at least zero, at most three decimals.

    Raises:
        InvalidValue: ``NUM-001``, ``STM-004`` more decimals, ``STM-005`` negative,
            ``CON-005`` too large.
    """
    measured = exact(cell)
    if measured < 0:
        raise InvalidValue("STM-005", "negative", value=text(cell))
    if measured >= LARGEST_QUANTITY:
        raise InvalidValue("CON-005", "too large", value=text(cell))
    if measured != round(measured, 3):
        raise InvalidValue("STM-004", "at most 3 decimals", value=text(cell))
    return measured


def coefficient(cell: Cell) -> Decimal:
    """Return a coefficient: above zero, below a hundred, at most six decimals.

    Raises:
        InvalidValue: ``NUM-001``, ``CON-005`` out of range.
    """
    factor = exact(cell)
    if not 0 < factor < 100 or factor != round(factor, 6):
        raise InvalidValue("CON-005", "out of range", value=text(cell))
    return factor


def rials(cell: Cell) -> Rial:
    """Return an amount of at least zero.

    Raises:
        InvalidValue: ``MON-001`` not whole rials, ``CON-005`` negative.
    """
    amount = Rial(cell) if isinstance(cell, int) else Rial.from_text(text(cell))
    if amount < Rial.ZERO:
        raise InvalidValue("CON-005", "negative", value=text(cell))
    return amount


def tomans(cell: Cell) -> Rial:
    """Return an amount labelled toman, ten rials each (R-MON-03)."""
    amount = Rial.from_toman_text(text(cell))
    if amount < Rial.ZERO:
        raise InvalidValue("CON-005", "negative", value=text(cell))
    return amount


def percentage(cell: Cell) -> Percentage:
    """Return a rate of 0 to 100 percent: ``20``, ``۲۰``, ``20%``.

    A number between zero and one without a percent sign is what a spreadsheet stores in a
    cell formatted as percent: 0.2 is twenty percent.

    Raises:
        InvalidValue: ``NUM-001``, ``CON-005`` out of range.

    >>> percentage("۲۰٪") == percentage(Decimal("0.2")) == percentage(20)
    True
    """
    said = text(cell)
    rate = exact(said.strip("%٪ ") if isinstance(cell, str) else cell)
    signed = said != said.strip("%٪ ")
    found = Percentage(rate * 100 if 0 < rate < 1 and not signed else rate)
    if not 0 <= found.percent <= 100:
        raise InvalidValue("CON-005", "out of range", value=said)
    return found


def count(cell: Cell) -> int:
    """Return a whole number above zero.

    Raises:
        InvalidValue: ``NUM-002`` not whole, ``CON-005`` not above zero.
    """
    number = cell if isinstance(cell, int) else integer_from(text(cell))
    if not 0 < number < 100_000:
        raise InvalidValue("CON-005", "out of range", value=text(cell))
    return number


def day(cell: Cell) -> date:
    """Return a date: a Jalali one as text, or what the spreadsheet itself keeps as a date.

    Raises:
        InvalidValue: ``CAL-001``.
    """
    return cell if isinstance(cell, date) else JalaliDate.parse(text(cell)).gregorian()


def party_id(cell: Cell) -> str:
    """Return a contractor's legal id (11 digits) or national code (10 digits).

    Raises:
        InvalidValue: ``ID-001``, ``ID-002``.
    """
    said = text(cell)
    return legal_id(said) if len(said) > 10 else national_code_from_import(said)


def row_code(cell: Cell) -> str:
    """Return the code of a line; numbers get back the zeros a spreadsheet ate.

    Raises:
        InvalidValue: ``CON-010``.

    >>> row_code(10604), row_code("۰۱۰۶۰۴")
    ('010604', '010604')
    """
    code = f"{cell:06d}" if isinstance(cell, int) else text(cell)
    if _CODE.fullmatch(code) is None:
        raise InvalidValue("CON-010", "not a line code", value=code[:40])
    return code


def chapter_code(cell: Cell) -> str:
    """Return the code of a chapter, two digits where it is a number."""
    return f"{cell:02d}" if isinstance(cell, int) else short_text(cell)


def quarter(cell: Cell) -> str:
    """Return a Jalali quarter such as ``1404Q2``.

    Raises:
        InvalidValue: ``CON-006``.

    >>> quarter("۱۴۰۴ q۲")
    '1404Q2'
    """
    said = text(cell).upper().replace(" ", "")
    if re.fullmatch(r"1[3-4][0-9]{2}Q[1-4]", said) is None:
        raise InvalidValue("CON-006", "not a quarter", allowed="1404Q1 … 1404Q4")
    return said


def price_index(cell: Cell) -> Decimal:
    """Return a price index: above zero, at most four decimals.

    Raises:
        InvalidValue: ``NUM-001``, ``CON-005`` out of range.
    """
    value = exact(cell)
    if not 0 < value < LARGEST_INDEX or value != round(value, 4):
        raise InvalidValue("CON-005", "out of range", value=text(cell))
    return value


_YES: Final = frozenset(fold(each) for each in ("بله", "بلی", "دارد", "هست", "1", "yes", "true"))
_NO: Final = frozenset(fold(each) for each in ("خیر", "نه", "ندارد", "نیست", "0", "no", "false"))


def yes_or_no(cell: Cell) -> bool:
    """Return a yes or no.

    Raises:
        InvalidValue: ``CON-006``.
    """
    said = fold(text(cell))
    if said not in _YES | _NO:
        raise InvalidValue("CON-006", "neither yes nor no", allowed="بله، خیر")
    return said in _YES
