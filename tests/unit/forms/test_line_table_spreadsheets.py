"""The line table out to a spreadsheet and in again, and every way a file can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from engine.catalogue.spreadsheet import read_spreadsheet
from forms import Form
from forms.line_table_export import line_workbook
from forms.line_table_xlsx import ReadLines, read_quantities
from tests.kit.lines import line_table

EXPECTED = {"contract_no": "1404-D07-0417", "statement_no": "1"}
HEADER = [
    ("عنوان", "مقدار"),
    ("شماره پیمان", "1404-D07-0417"),
    ("شماره صورت‌وضعیت", 1),
    ("درصد پیشرفت تجهیز کارگاه", "۰٫۲"),
    ("مصالح پای کار (ریال)", 400000000),
]
HEADING = ("ردیف", "مقدار تجمعی")


def filed(*lines: tuple[object, ...], header: Sequence[tuple[object, ...]] | None = None) -> bytes:
    """A statement as contractors file it."""
    book = Workbook()
    del book["Sheet"]
    if header != []:
        sheet = book.create_sheet("صورت‌وضعیت")
        for row in header or HEADER:
            sheet.append(row)
    sheet = book.create_sheet("مقادیر")
    for row in lines:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content: bytes, entry: str = "claimed") -> ReadLines:
    return read_quantities(content, line_table(3, entry=entry), expected=EXPECTED)


def wrong(content: bytes) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in read(content).problems]


def test_a_filed_statement_gives_quantities_and_header():
    found = read(filed(HEADING, ("010000", "۱۴٫۵۸۴"), ("010200", 7), ("010100", 0.5)))

    assert found.problems == ()
    assert {key: each.quantity for key, each in found.lines.items()} == {
        "010000": "14.584",
        "010200": "7",
        "010100": "0.5",
    }
    assert found.header["mobilisation_progress"] == "0٫2"
    assert found.header["site_materials"] == "400000000"


def test_a_slash_marks_decimals_as_in_a_contract_file():
    header = [*HEADER[:3], ("درصد پیشرفت تجهیز کارگاه", "۰/۲"), HEADER[4]]

    found = read(filed(HEADING, ("010000", "۱۴/۵۸۴"), ("010100", "7/5"), header=header))

    assert found.problems == ()
    assert [each.quantity for each in found.lines.values()] == ["14.584", "7.5"]
    assert found.header["mobilisation_progress"] == "0.2"


def test_materials_labelled_toman_are_ten_times_the_rials():
    for label in ("مصالح پای کار (تومان)", "مصالح پای کار [ تومان ]", "Materials on site (toman)"):
        found = read(filed(HEADING, ("010000", 5), header=[*HEADER[:4], (label, "۴۰٬۰۰۰٬۰۰۰")]))

        assert found.problems == ()
        assert found.header["site_materials"] == "400000000"


def test_an_amount_in_toman_that_is_none_is_named_by_its_cell():
    content = filed(HEADING, header=[*HEADER[:4], ("مصالح پای کار (تومان)", "بسیار")])

    assert wrong(content) == [("MON-001", "صورت‌وضعیت/5/B")]


def test_headings_with_spaces_for_half_spaces_and_an_empty_first_column_are_understood():
    header = [
        (None, "شماره پیمان:", "1404-D07-0417"),
        (None, "شماره صورت وضعیت", 1),
        (None, "مصالح پای کار", 7),
    ]

    found = read(filed((), (None, "ردیف", "مقدار تجمعی"), (None, "010000", 5), header=header))

    assert found.problems == ()
    assert found.header["site_materials"] == "7"
    assert found.lines["010000"].quantity == "5"


def test_a_sheet_named_with_a_space_for_the_half_space_is_found():
    book = load_workbook(BytesIO(filed(HEADING, ("010000", 5))))
    book["صورت‌وضعیت"].title = "صورت وضعیت"
    stream = BytesIO()
    book.save(stream)

    assert read(stream.getvalue()).problems == ()


def test_headings_of_arabic_letters_without_half_spaces_and_codes_as_numbers_are_understood():
    header = [("شماره پيمان", "۱۴۰۴-D07-۰۴۱۷"), ("شماره صورتوضعيت", "۱")]

    found = read(filed(("رديف", " مقدار  تجمعي "), (10000, 5), header=header))

    assert found.problems == ()
    assert found.lines["010000"].quantity == "5"


def test_everything_wrong_with_the_quantities_is_named_by_sheet_row_and_column():
    content = filed(
        HEADING,
        ("010000", "دوازده"),
        ("999999", 5),
        ("010100", 12.3456),
        ("010200", -1),
        ("010100", 3),
        (None, 4),
        ("010200", "10000000000000000"),
    )

    assert wrong(content) == [
        ("GEN-NUMBER", "مقادیر/2/B"),
        ("XLS-009", "مقادیر/3/A"),
        ("STM-004", "مقادیر/4/B"),
        ("STM-005", "مقادیر/5/B"),
        ("XLS-010", "مقادیر/6/A"),
        ("XLS-011", "مقادیر/7/A"),
        ("XLS-010", "مقادیر/8/A"),
        ("STM-006", "مقادیر/8/B"),
    ]


def test_a_problem_carries_its_place_and_what_was_found():
    [problem] = read(filed(HEADING, ("010000", 1), ("010000", 2))).problems

    assert problem.params == {
        "sheet": "مقادیر",
        "row": "3",
        "column": "A",
        "line": "010000",
        "first": "2",
    }


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(filed(HEADING, header=[]), ("XLS-007", "صورت‌وضعیت"), id="no header sheet"),
        pytest.param(filed(("کد", "مقدار")), ("XLS-008", "مقادیر"), id="no headings"),
        pytest.param(
            filed(HEADING, header=[("شماره پیمان", "1404-D07-9999"), *HEADER[2:]]),
            ("XLS-012", "صورت‌وضعیت/1/B"),
            id="another contract",
        ),
        pytest.param(
            filed(HEADING, header=[*HEADER[:2], ("شماره صورت‌وضعیت", 2)]),
            ("XLS-012", "صورت‌وضعیت/3/B"),
            id="another statement",
        ),
        pytest.param(filed(HEADING, header=HEADER[:2]), ("XLS-013", "صورت‌وضعیت"), id="no number"),
    ],
)
def test_a_file_that_does_not_belong_here_says_why(content: bytes, problem: tuple[str, str]):
    assert wrong(content) == [problem]


@pytest.mark.parametrize(
    ("row", "said", "code"),
    [(4, "3", "GEN-RANGE"), (4, "نیم", "GEN-NUMBER"), (5, -4, "MON-002"), (5, "10.5", "MON-001")],
)
def test_a_header_fact_that_cannot_stand_in_its_field_is_named_by_its_cell(
    row: int, said: object, code: str
):
    header = [(label, said if at == row else value) for at, (label, value) in enumerate(HEADER, 1)]
    share = {"type": "number", "key": "mobilisation_progress", "validate": {"min": 0, "max": 1}}
    amount = {"type": "rial", "key": "site_materials"}
    form = Form.parse({"type": "default", "id": "enter", "components": [share, amount]})

    found = read_quantities(
        filed(HEADING, ("010000", 5), header=header), line_table(3), fields=form.fields
    )

    assert [(each.code, each.field) for each in found.problems] == [(code, f"صورت‌وضعیت/{row}/B")]


def test_an_export_lists_every_line_exactly_with_what_is_typed():
    draft = {"lines/010100/quantity": "۰٫۵", "lines/010100/reason": "MEASURE"}

    book = load_workbook(BytesIO(line_workbook(line_table(3), draft, EXPECTED, locale="fa")))

    sheet = book["مقادیر"]
    assert sheet.sheet_view.rightToLeft
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert rows[0] == (
        "ردیف",
        "فصل",
        "شرح",
        "واحد",
        "بهای واحد (ریال)",
        "مقدار پیمان",
        "مقدار قبلی",
        "پیمانکار",
        "مقدار تجمعی",
        "اختلاف",
        "مبلغ (ریال)",
        "علت تغییر",
        "توضیح",
    )
    assert rows[2][7:12] == (1.125, 0.5, -0.625, 1000, "اندازه‌گیری نادرست")
    assert len(rows) == 4


def test_an_english_export_has_english_headings_from_left_to_right():
    book = load_workbook(BytesIO(line_workbook(line_table(1), {}, EXPECTED, locale="en")))

    assert book.sheetnames == ["Statement", "Quantities"]
    assert not book["Quantities"].sheet_view.rightToLeft
    assert book["Quantities"]["A1"].value == "Line"


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_what_was_exported_comes_back_in(locale: str):
    draft = {
        "lines/010000/quantity": "0.1",
        "lines/010000/reason": "OTHER",
        "lines/010000/note": "دوباره اندازه‌گیری شد",
    }
    content = line_workbook(line_table(3), draft, EXPECTED, locale=locale)

    found = read(content, entry="supervisor")

    assert found.problems == ()
    line = found.lines["010000"]
    assert (line.quantity, line.reason, line.note) == ("0.1", "OTHER", "دوباره اندازه‌گیری شد")
    assert found.lines["010100"].quantity == ""


def test_a_text_that_looks_like_a_formula_stays_text():
    draft = {"lines/010000/quantity": "0", "lines/010000/note": "=HYPERLINK(1)"}
    content = line_workbook(line_table(1), draft, EXPECTED, locale="en")

    assert read_spreadsheet(content)["Quantities"][1][-1] == "=HYPERLINK(1)"


def test_a_number_longer_than_a_spreadsheet_keeps_is_written_as_text():
    draft = {"lines/010000/quantity": "123456789012345.678"}
    content = line_workbook(line_table(1), draft, EXPECTED, locale="en")

    [line] = read(content, entry="supervisor").lines.values()

    assert Decimal(line.quantity) == Decimal("123456789012345.678")
