"""What a reviewer typed in a line table: quantities, reasons and notes, line by line.

A cell left empty accepts the quantity of the party before. The answer holds every line that
has something in this step's column: posted now, kept in the draft, or stored at an earlier
visit of the step, in this order of preference; so a page need post only what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.catalogue.lines import LineRow, LineTable
from engine.errors import Problem
from engine.values import InvalidValue, decimal_from, normalise
from forms.errors import Raw

PLACES: Final = 3  #: decimals of a quantity (`domain.md` §1.3, decimal(15,3))
LARGEST: Final = Decimal(10**15)
SHORTEST_NOTE: Final = 10
LONGEST_NOTE: Final = 1000
NEEDS_NOTE: Final = "OTHER"  #: the reason that explains nothing by itself
PARTS: Final = ("quantity", "reason", "note")

LineAnswer = dict[str, Decimal | str | None]


@dataclass(frozen=True, slots=True)
class TypedLine:
    """The texts in one line's cells."""

    quantity: str = ""
    reason: str = ""
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.quantity or self.reason or self.note)


def read_lines(
    raw: Raw, draft: Mapping[str, str], table: LineTable, *, key: str = "lines"
) -> tuple[dict[str, LineAnswer], list[Problem]]:
    """Return the lines entered and all that is wrong with them, in the table's order.

    Each line is ``{"quantity": Decimal | None, "reason": str | None, "note": str | None}``;
    without a quantity it accepts the party before. A reason or note beside an unchanged
    quantity is dropped: it explains nothing.

    A line that the table does not have is ``STM-017`` (`domain.md` §1.13).

    Args:
        raw: what was posted, by path (``lines/010604/quantity``).
        draft: what was kept as typed before, by the same paths.
        key: the component's key, the first part of the paths.
    """
    answer: dict[str, LineAnswer] = {}
    problems: list[Problem] = []
    if table.entry is None:
        return answer, problems
    for row in table.rows:
        typed = typed_line(raw, draft, table, row, key)
        if not typed and row.cells.get(table.entry) is None:
            continue
        line, wrong = _read_line(typed, table, row, f"{key}/{row.key}")
        problems += wrong
        if not wrong:
            answer[row.key] = line
    return answer, problems + _unknown_lines(raw, table, key)


def _unknown_lines(raw: Raw, table: LineTable, key: str) -> list[Problem]:
    """Name once each line that is posted with something in it and is not in the table."""
    known = {row.key for row in table.rows}
    named: dict[str, None] = {}
    for path, texts in raw.items():
        line, _, part = path.removeprefix(f"{key}/").rpartition("/")
        if (
            path.startswith(f"{key}/")
            and part in PARTS
            and line not in known
            and any(each.strip() for each in ([texts] if isinstance(texts, str) else texts))
        ):
            named[line] = None
    return [unknown_line(line, key) for line in named]


def unknown_line(line: str, key: str = "lines") -> Problem:
    """Say that the table has no such line."""
    return Problem("STM-017", f"{key}/{line}/quantity", {"line": line[:40]})


def typed_line(
    raw: Raw, draft: Mapping[str, str], table: LineTable, row: LineRow, key: str = "lines"
) -> TypedLine:
    """Return what stands in the cells of a line: posted, else drafted, else stored."""
    path = f"{key}/{row.key}/"
    stored = {"quantity": table.entry or ""} | {
        part: f"{part}_{table.entry}" for part in ("reason", "note")
    }
    texts = {}
    for part in PARTS:
        given = raw.get(path + part)
        if isinstance(given, list):
            given = given[-1] if given else None
        if given is None:
            given = draft.get(path + part)
        if given is None:
            given = _plain(row.cells.get(stored[part]))
        texts[part] = given.strip()
    return TypedLine(**texts)


def _plain(cell: str | int | Decimal | None) -> str:
    """Return a stored cell as somebody would type it."""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else str(cell)


def quantity_from(typed: str) -> Decimal | None:
    """Read a cumulative quantity exactly; an empty cell is ``None``.

    Raises:
        InvalidValue: ``GEN-NUMBER`` not a number, ``STM-004`` more than 3 decimals,
            ``STM-005`` negative, ``STM-006`` more than 15 digits before the decimals.
    """
    if not typed.strip():
        return None
    try:
        quantity = decimal_from(typed, places=PLACES)
    except InvalidValue as wrong:
        code = "STM-004" if wrong.code == "NUM-003" else "GEN-NUMBER"
        raise InvalidValue(code, str(wrong), typed=typed[:40]) from wrong
    if quantity < 0:
        raise InvalidValue("STM-005", "negative", typed=typed)
    if quantity >= LARGEST:
        raise InvalidValue("STM-006", "too large", typed=typed)
    return quantity


def compared_quantity(table: LineTable, row: LineRow) -> Decimal:
    """Return the quantity an empty cell accepts: of the party before, or nothing done yet."""
    cell = row.cells.get(table.compare) if table.compare else None
    return Decimal(0) if cell is None else Decimal(cell)


def _read_line(
    typed: TypedLine, table: LineTable, row: LineRow, path: str
) -> tuple[LineAnswer, list[Problem]]:
    try:
        quantity = quantity_from(typed.quantity)
    except InvalidValue as wrong:
        return {}, [Problem(wrong.code, f"{path}/quantity", {"line": row.key, **wrong.params})]
    changed = quantity is not None and quantity != compared_quantity(table, row)
    if not changed or not table.reasons:
        return {"quantity": quantity, "reason": None, "note": None}, []
    line: LineAnswer = {
        "quantity": quantity,
        "reason": typed.reason or None,
        "note": normalise(typed.note) or None,
    }
    return line, _unexplained(line, table.reasons, row.key, path)


def _unexplained(
    line: LineAnswer, reasons: Mapping[str, str], key: str, path: str
) -> list[Problem]:
    """Say what is missing where a reviewer changed a quantity (`domain.md` §1.3, §1.13)."""
    reason, note = line["reason"], str(line["note"] or "")
    problems = []
    if reason is None:
        problems.append(Problem("STM-013", f"{path}/reason", {"line": key}))
    elif reason not in reasons:
        problems.append(Problem("GEN-CHOICE", f"{path}/reason", {"line": key}))
    if reason == NEEDS_NOTE and len(note) < SHORTEST_NOTE:
        least = {"line": key, "min": str(SHORTEST_NOTE), "max": str(LONGEST_NOTE)}
        problems.append(Problem("GEN-LENGTH", f"{path}/note", least))
    elif len(note) > LONGEST_NOTE:
        most = {"line": key, "min": "0", "max": str(LONGEST_NOTE)}
        problems.append(Problem("GEN-LENGTH", f"{path}/note", most))
    return problems
