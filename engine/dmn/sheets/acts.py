"""What is done to the rows and columns of a table, each act a table made of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from engine.dmn.sheets.sheet import InputColumn, NoteColumn, OutputColumn, Row, Sheet

_Item = TypeVar("_Item")
Act = Callable[[Sheet, int], Sheet]


def acted(sheet: Sheet, act: str, at: int) -> Sheet:
    """Do one of `ACTS` at a row or column, from 0; at a place that is none nothing is done.

    Raises:
        KeyError: there is no such act.
        TableTooLarge: …
    """
    return ACTS[act](sheet, at).must_fit()


def _add_row(sheet: Sheet, at: int) -> Sheet:
    """Add an empty row before a place."""
    row = Row(
        None, ("-",) * len(sheet.inputs), ("",) * len(sheet.outputs), ("",) * len(sheet.notes)
    )
    at = max(0, min(at, len(sheet.rows)))
    return replace(sheet, rows=(*sheet.rows[:at], row, *sheet.rows[at:]))


def _copy_row(sheet: Sheet, at: int) -> Sheet:
    if not 0 <= at < len(sheet.rows):
        return sheet
    row = replace(sheet.rows[at], origin=None)
    return replace(sheet, rows=(*sheet.rows[: at + 1], row, *sheet.rows[at + 1 :]))


def _remove_row(sheet: Sheet, at: int) -> Sheet:
    return replace(sheet, rows=_without(sheet.rows, at))


def _raise_row(sheet: Sheet, at: int) -> Sheet:
    return replace(sheet, rows=_swapped(sheet.rows, at - 1))


def _lower_row(sheet: Sheet, at: int) -> Sheet:
    return replace(sheet, rows=_swapped(sheet.rows, at))


def _add_input(sheet: Sheet, at: int) -> Sheet:
    at = max(0, min(at, len(sheet.inputs)))
    rows = tuple(replace(row, tests=(*row.tests[:at], "-", *row.tests[at:])) for row in sheet.rows)
    inputs = (*sheet.inputs[:at], InputColumn(None), *sheet.inputs[at:])
    return replace(sheet, inputs=inputs, rows=rows)


def _remove_input(sheet: Sheet, at: int) -> Sheet:
    rows = tuple(replace(row, tests=_without(row.tests, at)) for row in sheet.rows)
    return replace(sheet, inputs=_without(sheet.inputs, at), rows=rows)


def _lower_input(sheet: Sheet, at: int) -> Sheet:
    """Put an input behind the next one."""
    rows = tuple(replace(row, tests=_swapped(row.tests, at)) for row in sheet.rows)
    return replace(sheet, inputs=_swapped(sheet.inputs, at), rows=rows)


def _add_output(sheet: Sheet, at: int) -> Sheet:
    at = max(0, min(at, len(sheet.outputs)))
    rows = tuple(
        replace(row, outputs=(*row.outputs[:at], "", *row.outputs[at:])) for row in sheet.rows
    )
    outputs = (*sheet.outputs[:at], OutputColumn(None), *sheet.outputs[at:])
    return replace(sheet, outputs=outputs, rows=rows)


def _remove_output(sheet: Sheet, at: int) -> Sheet:
    """Take an output away; the last one stays, a table without any decides nothing."""
    if len(sheet.outputs) < 2:
        return sheet
    rows = tuple(replace(row, outputs=_without(row.outputs, at)) for row in sheet.rows)
    return replace(sheet, outputs=_without(sheet.outputs, at), rows=rows)


def _add_note(sheet: Sheet, at: int) -> Sheet:
    at = max(0, min(at, len(sheet.notes)))
    rows = tuple(replace(row, notes=(*row.notes[:at], "", *row.notes[at:])) for row in sheet.rows)
    notes = (*sheet.notes[:at], NoteColumn(None), *sheet.notes[at:])
    return replace(sheet, notes=notes, rows=rows)


def _remove_note(sheet: Sheet, at: int) -> Sheet:
    rows = tuple(replace(row, notes=_without(row.notes, at)) for row in sheet.rows)
    return replace(sheet, notes=_without(sheet.notes, at), rows=rows)


def _without(items: tuple[_Item, ...], at: int) -> tuple[_Item, ...]:
    return tuple(each for number, each in enumerate(items) if number != at)


def _swapped(items: tuple[_Item, ...], at: int) -> tuple[_Item, ...]:
    """Return items with the one at a place and the next one changed for one another."""
    if not 0 <= at < len(items) - 1:
        return items
    return (*items[:at], items[at + 1], items[at], *items[at + 2 :])


ACTS: Final[Mapping[str, Act]] = {
    "add-row": _add_row,
    "copy-row": _copy_row,
    "remove-row": _remove_row,
    "raise-row": _raise_row,
    "lower-row": _lower_row,
    "add-input": _add_input,
    "remove-input": _remove_input,
    "lower-input": _lower_input,
    "add-output": _add_output,
    "remove-output": _remove_output,
    "add-note": _add_note,
    "remove-note": _remove_note,
}
