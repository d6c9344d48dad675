"""Decision tables as people edit them: read from a file, changed, written back into its bytes."""

from engine.dmn.sheets.acts import ACTS, acted
from engine.dmn.sheets.checking import Blemish, Report, examined
from engine.dmn.sheets.folding import folded
from engine.dmn.sheets.pasting import cells_of, copied, headings, pasted
from engine.dmn.sheets.reading import drawn, sheet_of, text_of
from engine.dmn.sheets.sheet import (
    MOST_CELLS,
    Drawn,
    InputColumn,
    NoteColumn,
    OutputColumn,
    Row,
    Sheet,
    TableTooLarge,
    WrongTable,
)
from engine.dmn.sheets.writing import with_sheet, with_text

__all__ = [
    "ACTS",
    "MOST_CELLS",
    "Blemish",
    "Drawn",
    "InputColumn",
    "NoteColumn",
    "OutputColumn",
    "Report",
    "Row",
    "Sheet",
    "TableTooLarge",
    "WrongTable",
    "acted",
    "cells_of",
    "copied",
    "drawn",
    "examined",
    "folded",
    "headings",
    "pasted",
    "sheet_of",
    "text_of",
    "with_sheet",
    "with_text",
]
