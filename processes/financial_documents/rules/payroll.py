"""A payroll list as a file says it: who gets what, every error beside its row and column (§2.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from engine.values import InvalidValue, Rial, fold, iban, normalise, party_id

Cell: TypeAlias = str | int | Decimal | date | None
T = TypeVar("T")

#: column -> its heading in Persian and in English; others are let be
HEADINGS: Final[Mapping[str, tuple[str, str]]] = {
    "payee_id": ("کد ملی", "National code"),
    "name": ("نام", "Name"),
    "iban": ("شبا", "IBAN"),
    "gross": ("ناخالص", "Gross"),
    "insurance": ("بیمه", "Insurance"),
    "tax": ("مالیات", "Tax"),
    "other": ("سایر کسور", "Other deductions"),
    "net": ("خالص", "Net"),
}
MONEY: Final = ("gross", "insurance", "tax", "other", "net")
_MAY_BE_MISSING: Final = frozenset({"insurance", "tax", "other"})
_HEADING_WITHIN: Final = 10  #: rows
_PERSON: Final = 10
_PADDED: Final = range(8, 10)  #: digits of a code whose leading zeros a spreadsheet took (§4.5)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one cell, or with the whole list."""

    code: str
    row: int = 0  #: from 1; 0: the whole list
    column: int = 0
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PayLine:
    """What one person gets, and what is held back of it."""

    row: int  #: in the file, from 1
    payee_id: str
    name: str
    iban: str
    gross: Rial
    insurance: Rial
    tax: Rial
    other: Rial
    net: Rial


def read_payroll(rows: Sequence[Sequence[Cell]]) -> tuple[list[PayLine], list[Wrong]]:
    """Return the lines of a list and all that is wrong with it, each beside its cell.

    ``PRL-001`` a column is missing; ``PRL-002`` net is not gross without what is held back;
    ``PRL-003`` a person comes twice; ``PRL-004`` nobody is in it; ``ID-001``, ``ID-002``,
    ``ID-003``, ``MON-001``, ``MON-002`` and ``GEN-REQUIRED`` of a cell.

    >>> head = ("کد ملی", "نام", "شبا", "ناخالص", "بیمه", "خالص")
    >>> row = ("0084575948", "سپهر", "IR820540102680020817909002", "1,000", "70", "930")
    >>> [line], problems = read_payroll([head, row])
    >>> line.net, line.tax, problems
    (Rial(amount=930), Rial(amount=0), [])
    """
    at, columns = _heading(rows)
    missing = [key for key in HEADINGS if key not in columns and key not in _MAY_BE_MISSING]
    if missing:
        return [], [Wrong("PRL-001", params={"heading": " / ".join(HEADINGS[missing[0]])})]
    lines, problems = [], []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        if any(_text(cell) for cell in row):
            reading = _Row(row, columns, number)
            line = reading.line()
            problems += reading.problems
            lines += [line] if not reading.problems else []
    problems += _twice(lines, columns["payee_id"])
    if not lines and not problems:
        problems.append(Wrong("PRL-004"))
    return lines, problems


def _heading(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    """Return which row is the heading, and where each column stands."""
    named = {_bare(name): key for key, names in HEADINGS.items() for name in names}
    best: tuple[int, dict[str, int]] = (0, {})
    for at, row in enumerate(rows[:_HEADING_WITHIN]):
        found = {
            named[_bare(_text(cell))]: place
            for place, cell in reversed(list(enumerate(row)))
            if _bare(_text(cell)) in named
        }
        if len(found) > len(best[1]):
            best = (at, found)
    return best


def _bare(heading: str) -> str:
    return fold(heading).partition("(")[0].replace(" ", "")


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _twice(lines: Iterable[PayLine], column: int) -> Iterator[Wrong]:
    seen: dict[str, int] = {}
    for line in lines:
        first = seen.setdefault(line.payee_id, line.row)
        if first != line.row:
            yield Wrong("PRL-003", line.row, column + 1, {"first": str(first)})


class _Row:
    """One row being read; what is wrong stands beside its column."""

    def __init__(self, cells: Sequence[Cell], columns: Mapping[str, int], number: int) -> None:
        self._cells, self._columns, self._number = cells, columns, number
        self.problems: list[Wrong] = []

    def line(self) -> PayLine:
        """Return the line; it counts only where there are no problems."""
        name = normalise(self._cell("name"))
        if not name:
            self._wrong("GEN-REQUIRED", "name")
        account = self._value("iban", iban, "")
        payee_id = self._value("payee_id", _padded, "")
        money = {key: self._money(key) for key in MONEY}
        line = PayLine(self._number, payee_id, name[:140], account, **money)
        due = line.gross - line.insurance - line.tax - line.other
        if not self.problems and line.net != due:
            self._wrong("PRL-002", "net", due=str(due.amount), net=str(line.net.amount))
        if not self.problems and line.net <= Rial.ZERO:
            self._wrong("MON-002", "net", value=str(line.net.amount))
        return line

    def _cell(self, key: str) -> str:
        place = self._columns.get(key)
        return "" if place is None or place >= len(self._cells) else _text(self._cells[place])

    def _value(self, key: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(self._cell(key))
        except InvalidValue as wrong:
            self._wrong(wrong.code, key)
            return otherwise

    def _money(self, key: str) -> Rial:
        typed = self._cell(key)
        amount = self._value(key, Rial.from_text, Rial.ZERO) if typed else Rial.ZERO
        if amount < Rial.ZERO:
            self._wrong("MON-002", key, value=str(amount.amount))
        return amount

    def _wrong(self, code: str, key: str, **params: str) -> None:
        column = self._columns.get(key, 0) + 1
        self.problems.append(Wrong(code, self._number, column, params))


def _padded(text: str) -> str:
    """Return an id; zeros that a spreadsheet took off a national code stand before it again."""
    digits = normalise(text)
    is_short = digits.isdecimal() and len(digits) in _PADDED
    return party_id(digits.zfill(_PERSON) if is_short else digits)
