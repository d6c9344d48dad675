"""What reviewers type in a line table becomes an answer, or all its problems at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.lines import LineRow, LineTable
from forms.line_table import read_lines
from tests.kit.lines import line_table

#: Claims 0.125, 1.125, 2.125 under the codes 010000, 010100, 010200.
TABLE = line_table(3)


def problems(raw: dict[str, str], table: LineTable = TABLE) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in read_lines(raw, {}, table)[1]]


def with_stored(**cells: Decimal | str) -> LineTable:
    first = TABLE.rows[0]
    row = LineRow(first.key, first.group, {**first.cells, **cells})
    return replace(TABLE, rows=(row, *TABLE.rows[1:]))


def test_empty_cells_accept_the_party_before_and_are_not_in_the_answer():
    assert read_lines({"lines/010000/quantity": " "}, {}, TABLE) == ({}, [])


def test_a_corrected_line_carries_quantity_reason_and_note():
    raw = {
        "lines/010100/quantity": "۱٫۰۵",
        "lines/010100/reason": "OTHER",
        "lines/010100/note": "  اندازه‌گيري دوباره شد ",
    }

    answer, wrong = read_lines(raw, {}, TABLE)

    assert wrong == []
    assert answer == {
        "010100": {
            "quantity": Decimal("1.05"),
            "reason": "OTHER",
            "note": "اندازه‌گیری دوباره شد",
        }
    }


def test_a_posted_cell_replaces_its_draft_and_other_drafts_count():
    draft = {
        "lines/010000/quantity": "0",
        "lines/010000/reason": "NOT_DONE",
        "lines/010100/quantity": "1",
        "lines/010100/reason": "MEASURE",
    }

    answer, _ = read_lines({"lines/010100/quantity": "0.5"}, draft, TABLE)

    assert answer["010000"]["quantity"] == 0
    assert answer["010100"]["quantity"] == Decimal("0.5")
    assert answer["010100"]["reason"] == "MEASURE"


def test_a_stored_quantity_stays_in_the_answer_until_its_cell_is_emptied():
    table = with_stored(supervisor=Decimal("0.1"), reason_supervisor="MEASURE")

    kept, _ = read_lines({}, {}, table)
    emptied, _ = read_lines({}, {"lines/010000/quantity": ""}, table)

    assert kept["010000"]["quantity"] == Decimal("0.1")
    assert emptied["010000"] == {"quantity": None, "reason": None, "note": None}


def test_all_problems_come_at_once_in_the_order_of_the_table():
    raw = {
        "lines/010200/quantity": "2",
        "lines/010100/quantity": "-1",
        "lines/010000/quantity": "12.3456",
    }

    assert problems(raw) == [
        ("STM-004", "lines/010000/quantity"),
        ("STM-005", "lines/010100/quantity"),
        ("STM-013", "lines/010200/reason"),
    ]


def test_a_reason_is_one_of_the_codes_and_other_needs_a_note():
    raw = {
        "lines/010000/quantity": "9",
        "lines/010000/reason": "BECAUSE",
        "lines/010100/quantity": "9",
        "lines/010100/reason": "OTHER",
        "lines/010100/note": "کوتاه",
    }

    assert problems(raw) == [
        ("GEN-CHOICE", "lines/010000/reason"),
        ("GEN-LENGTH", "lines/010100/note"),
    ]


def test_a_reason_beside_an_unchanged_quantity_is_dropped():
    raw = {"lines/010000/quantity": "0.1250", "lines/010000/reason": "MEASURE"}

    answer, wrong = read_lines(raw, {}, TABLE)

    assert wrong == []
    assert answer["010000"]["reason"] is None


def test_a_claim_needs_no_reasons():
    claim = line_table(3, entry="claimed")

    answer, wrong = read_lines({"lines/010200/quantity": "5"}, {}, claim)

    assert wrong == []
    assert answer["010200"]["quantity"] == 5


def test_a_table_that_is_only_read_takes_nothing():
    table = line_table(3, entry=None)

    assert read_lines({"lines/010000/quantity": "5"}, {}, table) == ({}, [])


def test_a_line_that_is_not_in_the_table_is_refused_beside_its_cell():
    raw = {"lines/999999/quantity": "5", "lines/999999/note": "", "lines/010000/quantity": "-1"}

    assert problems(raw) == [
        ("STM-005", "lines/010000/quantity"),
        ("STM-017", "lines/999999/quantity"),
    ]


def test_an_unknown_line_is_named_once_and_says_nothing_when_it_is_blank():
    raw = {"lines/999999/note": "n", "lines/999999/reason": "MEASURE", "lines/1/quantity": " "}

    assert problems(raw) == [("STM-017", "lines/999999/quantity")]


def test_other_fields_are_no_lines_and_old_drafts_of_gone_lines_are_ignored():
    assert read_lines({"title": "x"}, {"lines/999999/quantity": "5"}, TABLE) == ({}, [])


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_typed_is_an_answer_or_a_problem(quantity: str, reason: str, note: str):
    raw = {
        "lines/010000/quantity": quantity,
        "lines/010000/reason": reason,
        "lines/010000/note": note,
    }

    answer, wrong = read_lines(raw, {}, TABLE)

    assert not (answer and wrong)
    assert all((each.field or "").startswith("lines/010000/") for each in wrong)
