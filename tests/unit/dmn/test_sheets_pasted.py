"""Cells from and for a spreadsheet, and numbers as people write them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import sheets
from engine.dmn.sheets import Row, TableTooLarge

SHEET = sheets.sheet_of((Path(__file__).parents[2] / "kit" / "limits.dmn").read_bytes(), "approver")

words = st.text(alphabet='ab"\t\n,،۵ \\', max_size=6).map(str.strip)
texts = words.map(lambda each: '"' + each.replace("\\", "").replace('"', "'") + '"')
numbers = st.sampled_from(["-", "< 5", "1000, 200", "[1..2]", "not(5)", '"a" , "b"'])


@given(st.lists(st.tuples(numbers, numbers, texts), min_size=1, max_size=4))
def test_a_table_that_went_through_a_spreadsheet_says_the_same(rows):
    sheet = replace(SHEET, rows=tuple(Row(None, each[:2], each[2:], ()) for each in rows))

    cells = sheets.cells_of(sheets.copied(sheet))

    assert sheets.pasted(replace(sheet, rows=()), cells, 0, 0) == sheet


@given(st.text(alphabet='"\t\r\n a', max_size=20))
def test_whatever_a_clipboard_holds_no_letter_of_it_is_lost(text):
    cells = [cell for row in sheets.cells_of(text) for cell in row]

    assert "".join(cells).count("a") == text.count("a")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("< ۲٬۰۰۰٬۰۰۰", "< 2000000"),
        ("[۱٫۵..۲]", "[1.5..2]"),
        ("\u2212۵", "-5"),
        ('"سال ۱۴۰۵"', '"سال ۱۴۰۵"'),
        ('not("۱", "a\\"۲") and ۳', 'not("۱", "a\\"۲") and 3'),
        ("1,2", "1,2"),
    ],
)
def test_persian_numbers_become_those_of_feel_and_texts_stay(typed, kept):
    assert sheets.folded(typed) == kept


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (">= 2,500,000", ">= 2500000"),
        ("-1,200.5", "-1200.5"),
        ("1,2", "1,2"),
        ("100, 200", "100, 200"),
        ("", "-"),
    ],
)
def test_a_pasted_number_loses_its_grouping_commas_and_a_list_keeps_them(pasted, kept):
    sheet = sheets.pasted(SHEET, [[pasted]], 0, 0)

    assert sheet.rows[0].tests[0] == kept


def test_words_of_a_column_of_texts_get_their_quotation_marks_once():
    sheet = sheets.pasted(SHEET, [["UNIT_HEAD"], ['"FIN_HEAD"'], ["null"]], 1, 2)

    assert [each.outputs[0] for each in sheet.rows] == [
        SHEET.rows[0].outputs[0],
        '"UNIT_HEAD"',
        '"FIN_HEAD"',
        "null",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        [["1"] * 4],
        [["1"]] * 3_000,
        [["1" * 5_000]],
    ],
    ids=["too wide", "too many", "too long"],
)
def test_too_large_a_paste_is_refused_whole(cells):
    with pytest.raises(TableTooLarge):
        sheets.pasted(SHEET, cells, 0, 0)


def test_a_clipboard_of_millions_of_cells_is_refused_before_it_is_read():
    with pytest.raises(TableTooLarge):
        sheets.cells_of("1\t" * 1_500_000)
    with pytest.raises(TableTooLarge):
        sheets.cells_of("1\t" * 100_000)
