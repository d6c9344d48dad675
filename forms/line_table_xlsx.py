"""A line table as a spreadsheet: out with every column, in with the quantities filled in.

Two forms come in: our own export, and the statement a contractor files. Both have a sheet of
header facts and a sheet of quantities; headings are compared as people write them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.catalogue.lines import LineRow, LineTable
from engine.catalogue.spreadsheet import Cell, Sheets, cell_problem, read_spreadsheet
from engine.errors import Problem
from engine.values import InvalidValue, Rial, fold, normalise
from forms.components import Field
from forms.kinds import Refused, value_of
from forms.line_table import TypedLine, quantity_from

HEADER_SHEETS: Final = ("صورت‌وضعیت", "Statement")
LINES_SHEETS: Final = ("مقادیر", "Quantities")

#: Facts of the header sheet by the words that name them, the first as we write them.
HEADER_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "contract_no": ("شماره پیمان", "Contract number"),
    "statement_no": ("شماره صورت‌وضعیت", "Statement number"),
    "mobilisation_progress": ("درصد پیشرفت تجهیز کارگاه", "Mobilisation progress"),
    "site_materials": ("مصالح پای کار (ریال)", "Materials on site (rials)"),
}
#: Facts whose label may say toman instead: ten rials each (R-MON-03).
AMOUNTS: Final = frozenset({"site_materials"})
#: Columns that are read back.
READ_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "code": ("ردیف", "Line"),
    "quantity": ("مقدار تجمعی", "Cumulative quantity"),
    "reason": ("علت تغییر", "Reason for the change"),
    "note": ("توضیح", "Note"),
}
_HEADING_WITHIN: Final = 10  #: rows in which the heading has to stand
#: what writers of headings add or leave out; another currency than rial is no mere aside
_BETWEEN: Final = re.compile(r"\((ریال|rials?)\)|[\s:*]+")
_TOMAN: Final = re.compile(r"[(\[（]\s*(تومان|tomans?)\s*[)\]）]", re.IGNORECASE)
_SLASH_DECIMAL: Final = re.compile(r"([-+−]?[0-9]+)/([0-9]+)")


@dataclass(frozen=True, slots=True)
class ReadLines:
    """What a spreadsheet says, as it would have been typed; all that is wrong with it."""

    lines: Mapping[str, TypedLine] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_quantities(
    content: bytes,
    table: LineTable,
    *,
    expected: Mapping[str, str] | None = None,
    fields: Sequence[Field] = (),
) -> ReadLines:
    """Read the quantities of a spreadsheet for the lines of a table.

    Args:
        content: the file's bytes.
        expected: header facts that have to agree, such as ``contract_no``.
        fields: the form's fields; a header fact that fills one has to be a value of it.

    Returns:
        Lines by row key, header facts by key, and problems in the order of the sheets:
        ``XLS-007`` a sheet is missing, ``XLS-008`` a heading is missing, ``XLS-009`` unknown
        row code, ``XLS-010`` a row comes twice, ``XLS-011`` a quantity without a code,
        ``XLS-012`` the file is of another contract or statement, ``XLS-013`` a header fact is
        missing, and the codes of :func:`forms.line_table.quantity_from` and of the fields.

    Raises:
        SpreadsheetRefused: the file cannot be opened at all.
    """
    sheets = read_spreadsheet(content)
    header_title, lines_title = _titled(sheets, HEADER_SHEETS), _titled(sheets, LINES_SHEETS)
    problems = [
        Problem("XLS-007", wanted[0], {"sheet": wanted[0], "found": "، ".join(sheets)})
        for wanted, title in ((HEADER_SHEETS, header_title), (LINES_SHEETS, lines_title))
        if title is None
    ]
    header: dict[str, str] = {}
    lines: dict[str, TypedLine] = {}
    if header_title is not None:
        head = _Head(header_title, sheets[header_title])
        header = head.found
        problems += head.problems + head.disagreeing(expected or {}) + head.unfit(fields)
    if lines_title is not None:
        lines, wrong = _Lines(lines_title, table).read(sheets[lines_title])
        problems += wrong
    return ReadLines(lines, header, tuple(problems))


def _titled(sheets: Sheets, wanted: Sequence[str]) -> str | None:
    names = {_heading_key(each) for each in wanted}
    return next((title for title in sheets if _heading_key(title) in names), None)


def _heading_key(text: str) -> str:
    """Return the form in which headings are compared: no spaces, half-spaces or marks."""
    return _BETWEEN.sub("", fold(text))


class _Head:
    """Pairs of a label and a value, in any order; labels not known are not ours."""

    def __init__(self, title: str, rows: Sequence[tuple[Cell, ...]]) -> None:
        self.title = title
        self.found: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._places: dict[str, tuple[int, int]] = {}
        named = _named(HEADER_LABELS)
        for number, row in enumerate(rows, start=1):
            said = [(_text(cell), at) for at, cell in enumerate(row, start=1) if _text(cell)]
            if len(said) < 2:
                continue
            (label, _), (value, column) = said[:2]
            in_toman = _TOMAN.search(label) is not None
            key = named.get(_heading_key(_TOMAN.sub("", label)))
            if key is None or (in_toman and key not in AMOUNTS):
                continue
            self._places[key] = number, column
            self._take(key, value, in_toman=in_toman)

    def _take(self, key: str, value: str, *, in_toman: bool) -> None:
        if not in_toman:
            self.found[key] = _decimal_marked(key, value)
            return
        try:
            self.found[key] = str(Rial.from_toman_text(value).amount)
        except InvalidValue as wrong:
            self.problems.append(self._at(key, wrong.code, wrong.params))

    def disagreeing(self, expected: Mapping[str, str]) -> list[Problem]:
        """Return what is missing or other than it has to be."""
        problems = []
        for key, value in expected.items():
            facts = {"label": HEADER_LABELS[key][0], "expected": value}
            if key not in self.found:
                problems.append(Problem("XLS-013", self.title, {"sheet": self.title, **facts}))
            elif fold(self.found[key]) != fold(value):
                problems.append(self._at(key, "XLS-012", facts | {"found": self.found[key]}))
        return problems

    def unfit(self, fields: Sequence[Field]) -> list[Problem]:
        """Return what cannot stand in the field that it fills."""
        problems = []
        for field_ in fields:
            if field_.key not in self.found or field_.readonly:
                continue
            try:
                value_of(field_, {"": [self.found[field_.key]]})
            except Refused as refused:
                wrong = refused.problem
                problems.append(self._at(field_.key, wrong.code, wrong.params))
        return problems

    def _at(self, key: str, code: str, params: Mapping[str, str]) -> Problem:
        row, column = self._places[key]
        return cell_problem(code, self.title, row, column, **params)


def _named(labels: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {_heading_key(label): key for key, both in labels.items() for label in both}


def _decimal_marked(key: str, text: str) -> str:
    """Return a number with a point where a slash marked its decimals; numbers of papers stay."""
    return text if key.endswith("_no") else _SLASH_DECIMAL.sub(r"\1.\2", text)


class _Lines:
    """Reads one sheet of quantities."""

    def __init__(self, title: str, table: LineTable) -> None:
        self.title = title
        self.table = table
        self.keys = {fold(str(row.cells.get("code") or row.key)): row for row in table.rows}
        #: as a spreadsheet leaves a code that it took for a number
        self.bare = {code.lstrip("0"): row for code, row in self.keys.items()}
        self.reasons = {fold(label): code for code, label in table.reasons.items()}
        self.problems: list[Problem] = []
        self.seen: dict[str, int] = {}

    def read(self, rows: Sequence[tuple[Cell, ...]]) -> tuple[dict[str, TypedLine], list[Problem]]:
        heading = _heading(rows)
        if heading is None:
            missing = " / ".join(READ_LABELS[each][0] for each in ("code", "quantity"))
            problem = Problem("XLS-008", self.title, {"sheet": self.title, "heading": missing})
            return {}, [problem]
        at, columns = heading
        lines: dict[str, TypedLine] = {}
        for number, row in enumerate(rows[at:], start=at + 1):
            cells = {name: row[column] for name, column in columns.items() if column < len(row)}
            line = self._line(number, columns, cells)
            if line is not None:
                lines[line[0]] = line[1]
        return lines, self.problems

    def _line(
        self, number: int, columns: Mapping[str, int], cells: Mapping[str, Cell]
    ) -> tuple[str, TypedLine] | None:
        code, quantity = _text(cells.get("code")), _text(cells.get("quantity"))
        if not code:
            if quantity:
                self._wrong("XLS-011", number, columns["code"])
            return None
        row = self._row(code)
        if row is None:
            self._wrong("XLS-009", number, columns["code"], line=code[:40])
        elif row.key in self.seen:
            first = str(self.seen[row.key])
            self._wrong("XLS-010", number, columns["code"], line=row.key, first=first)
        else:
            self.seen[row.key] = number
        value = self._quantity(quantity, number, columns["quantity"], code)
        reason = fold(_text(cells.get("reason")))
        typed = TypedLine(value, self.reasons.get(reason, reason.upper()), _text(cells.get("note")))
        return None if row is None else (row.key, typed)

    def _row(self, code: str) -> LineRow | None:
        folded = fold(code)
        return self.keys.get(folded) or self.bare.get(folded.lstrip("0"))

    def _quantity(self, typed: str, number: int, column: int, code: str) -> str:
        """Return a quantity in Latin digits; a wrong one is noted and stays empty."""
        try:
            quantity = quantity_from(_decimal_marked("quantity", typed))
        except InvalidValue as wrong:
            self._wrong(wrong.code, number, column, line=code[:40], typed=typed[:40])
            return ""
        return "" if quantity is None else format(quantity, "f")

    def _wrong(self, code: str, row: int, column: int, **params: str) -> None:
        self.problems.append(cell_problem(code, self.title, row, column + 1, **params))


def _heading(rows: Sequence[tuple[Cell, ...]]) -> tuple[int, dict[str, int]] | None:
    """Return the number of the heading row and where its columns stand (from 0)."""
    named = _named(READ_LABELS)
    for number, row in enumerate(rows[:_HEADING_WITHIN], start=1):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            key = named.get(_heading_key(_text(cell)))
            if key is not None:
                columns.setdefault(key, column)
        if "code" in columns and "quantity" in columns:
            return number, columns
    return None


def _text(cell: Cell) -> str:
    """Return a cell as it would be typed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return normalise(cell)
    return format(cell, "f") if hasattr(cell, "as_tuple") else str(cell)
