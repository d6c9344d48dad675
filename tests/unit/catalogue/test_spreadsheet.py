"""Files people upload: what is read of a good one, and how each bad one is refused."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from engine.catalogue.spreadsheet import SpreadsheetRefused, cell_problem, read_spreadsheet


def workbook(*rows: tuple[object, ...], title: str = "مقادیر") -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same package with one part replaced or added."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        for each in old.infolist():
            if each.filename != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return stream.getvalue()


def refusal(content: bytes, **limits: int) -> str:
    with pytest.raises(SpreadsheetRefused) as refused:
        read_spreadsheet(content, **limits)
    [problem] = refused.value.problems
    return problem.code


def test_cells_are_text_whole_numbers_exact_decimals_and_dates():
    content = workbook(("۰۱", 7, 12.345, date(2026, 11, 21), None, 0.1 + 0.2, True))

    read = read_spreadsheet(content)

    assert read == {
        "مقادیر": [("۰۱", 7, Decimal("12.345"), date(2026, 11, 21), None, Decimal("0.3"), "TRUE")]
    }


def test_an_empty_row_keeps_its_place_and_empty_ends_are_dropped():
    content = workbook(("a", None, None), (), (None, 2), (None,), (None,))

    assert read_spreadsheet(content)["مقادیر"] == [("a",), (), (None, 2)]


def test_a_moment_that_is_no_date_is_text():
    content = workbook((datetime(2026, 11, 21, 10, 30),))

    assert read_spreadsheet(content)["مقادیر"] == [("2026-11-21 10:30:00",)]


def bomb() -> bytes:
    return with_part(workbook((1,)), "xl/sharedStrings.xml", b" " * 70_000_000)


def lying_bomb() -> bytes:
    """A part that says it is small and unpacks to far more."""
    content = bytearray(with_part(workbook((1,)), "xl/worksheets/sheet1.xml", b" " * 9_000_000))
    size = (9_000_000).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(content)


def entities() -> bytes:
    nested = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    part = f'<!DOCTYPE s [<!ENTITY a0 "x">{nested}]><worksheet>&a9;</worksheet>'
    return with_part(workbook((1,)), "xl/worksheets/sheet1.xml", part.encode())


def locked_zip() -> bytes:
    content = bytearray(workbook((1,)))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def plain_zip() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("readme.txt", "hello")
    return stream.getvalue()


def word_document() -> bytes:
    kinds = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
    return with_part(plain_zip(), "[Content_Types].xml", kinds + b'wordprocessingml.document"/>')


def macros() -> bytes:
    return with_part(workbook((1,)), "xl/vbaProject.bin", b"Sub Auto_Open()")


def far_cell() -> bytes:
    kind = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{kind}"><sheetData>{row}</sheetData></worksheet>'
    return with_part(workbook((1,)), "xl/worksheets/sheet1.xml", sheet.encode())


def many_sheets() -> bytes:
    book = Workbook()
    for number in range(30):
        book.create_sheet(str(number))
    return saved(book)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(lambda: b"", "XLS-001", id="nothing"),
        pytest.param(lambda: b"code;quantity\n010604;12", "XLS-001", id="comma separated text"),
        pytest.param(plain_zip, "XLS-001", id="a zip that is not a spreadsheet"),
        pytest.param(word_document, "XLS-001", id="a letter"),
        pytest.param(lambda: workbook((1,))[:-200], "XLS-001", id="cut short"),
        pytest.param(lambda: b"PK\x03\x04" + b"\0" * 500, "XLS-001", id="only looks like a zip"),
        pytest.param(entities, "XLS-001", id="entities that multiply"),
        pytest.param(lying_bomb, "XLS-001", id="lies about its size"),
        pytest.param(lambda: b"\0" * (10 * 2**20 + 1), "XLS-002", id="too many bytes"),
        pytest.param(
            lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99, "XLS-003", id="locked or old"
        ),
        pytest.param(locked_zip, "XLS-003", id="a part is locked"),
        pytest.param(macros, "XLS-004", id="macros"),
        pytest.param(far_cell, "XLS-006", id="one cell at the end of the sheet"),
        pytest.param(bomb, "XLS-006", id="unpacks to 70 MB"),
        pytest.param(many_sheets, "XLS-006", id="thirty sheets"),
    ],
)
def test_a_bad_file_is_refused_quickly_with_its_code(content: Callable[[], bytes], code: str):
    made = content()
    began = time.process_time()

    assert refusal(made) == code
    assert time.process_time() - began < 3


SHEET = "xl/worksheets/sheet1.xml"


def with_cells(*cells: str) -> bytes:
    """A first row of text, then a second one with these cells as XML."""
    kind = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    row = f'<row r="2">{"".join(cells)}</row>'
    part = f'<worksheet xmlns="{kind}"><sheetData>{text}{row}</sheetData></worksheet>'
    return with_part(workbook((1,)), SHEET, part.encode())


def test_a_formula_that_was_never_computed_is_refused_by_its_place():
    content = workbook(("ردیف", "مقدار"), ("010604", "=1+1"), ("010605", 3, '=IF(A2="","",1)'))

    with pytest.raises(SpreadsheetRefused) as refused:
        read_spreadsheet(content)

    assert [(each.code, each.field) for each in refused.value.problems] == [
        ("XLS-014", "مقادیر/2/B"),
        ("XLS-014", "مقادیر/3/C"),
    ]
    assert refused.value.problems[0].params == {"sheet": "مقادیر", "row": "2", "column": "B"}


@pytest.mark.parametrize(
    "formula",
    [
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
        '<c r="B2"><f>IF(1>0,1,2)</f></c>',
        '<c s="3" r="B2"><f t="shared" si="0"/><v></v></c>',
        '<c r="B2"> <f>A1&amp;"&gt;"</f> <v /> </c>',
    ],
)
def test_every_way_to_leave_a_formula_without_a_result_is_seen(formula: str):
    assert refusal(with_cells('<c r="A2"><v>7</v></c>', formula)) == "XLS-014"


def test_a_row_that_only_computes_from_other_rows_is_used_too():
    content = workbook(("a", "b"), ("=A1", "=B1"))

    with pytest.raises(SpreadsheetRefused) as refused:
        read_spreadsheet(content)

    assert [each.field for each in refused.value.problems] == ["مقادیر/2/A", "مقادیر/2/B"]


def test_results_of_formulas_are_read_also_when_they_are_empty_text():
    content = with_cells(
        '<c r="A2"><f>3+4</f><v>7</v></c>',
        '<c r="B2" t="str"><f>""</f><v></v></c>',
        '<c r="C2" t="str"><f>"x"</f><v>x</v></c>',
    )

    assert read_spreadsheet(content)["مقادیر"] == [("a",), (7, None, "x")]


def test_a_lone_formula_below_the_lines_stands_for_nothing():
    content = workbook(("a", 1), (), (None, "=SUM(B1:B2)"))

    assert read_spreadsheet(content)["مقادیر"] == [("a", 1)]


def test_more_rows_than_allowed_name_the_sheet_and_the_limit():
    content = workbook(*((f"{n:06}", n) for n in range(50_000)))

    with pytest.raises(SpreadsheetRefused) as refused:
        read_spreadsheet(content)

    [problem] = refused.value.problems
    assert (problem.code, problem.field) == ("XLS-005", "مقادیر/20001")
    assert problem.params == {"sheet": "مقادیر", "limit": "20000"}


def test_a_problem_names_sheet_row_and_column():
    problem = cell_problem("STM-004", "مقادیر", 12, 28, typed="12.3456")

    assert problem.field == "مقادیر/12/AB"
    assert problem.params == {"sheet": "مقادیر", "row": "12", "column": "AB", "typed": "12.3456"}


#: made once: a workbook says when it was written, so two are never the same bytes
WHOLE = workbook(("ردیف", "مقدار"), ("010604", 12.5))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))

    with suppress(SpreadsheetRefused):
        read = read_spreadsheet(bytes(content))
        assert all(isinstance(rows, list) for rows in read.values())


@settings(max_examples=40, deadline=None)
@given(st.decimals(-(10**11), 10**11, places=3))
def test_a_quantity_saved_as_a_number_comes_back_to_the_last_decimal(quantity: Decimal):
    assert read_spreadsheet(workbook((quantity,)))["مقادیر"] == [(quantity,)]
