"""The line table of a real statement: page, draft, spreadsheets out and in, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from engine.values import grouped, latin_digits

SignIn = Callable[[str], FlaskClient]
SAMPLES = Path(__file__).parents[2] / "processes/contractor_statement/tests/samples/statement-312"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def contractor(signed_in: SignIn) -> FlaskClient:
    return signed_in("contractor")


@pytest.fixture
def task(contractor: FlaskClient) -> str:
    """The address of a claimed step in which the first statement is filed."""
    page = contractor.get("/start/interim_statement").text
    contract = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert contract is not None
    started = contractor.post(
        "/start/interim_statement", data={"contract_id": contract[1]}, follow_redirects=True
    )
    found = re.search(r"/tasks/[0-9a-f-]{36}", started.request.path + started.text)
    assert found is not None
    contractor.post(f"{found[0]}/claim")
    return found[0]


def upload(browser: FlaskClient, task: str, content: bytes) -> TestResponse:
    return browser.post(
        f"{task}/lines-upload",
        data={"file": (BytesIO(content), "statement.xlsx")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def sample(number: int) -> bytes:
    return (SAMPLES / f"statement-{number:02}.xlsx").read_bytes()


def changed(content: bytes, sheet: str, cell: str, value: str | float) -> bytes:
    book = load_workbook(BytesIO(content))
    book[sheet][cell] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def text_of(page: str) -> str:
    return latin_digits(re.sub(r"<[^>]+>|\s+", " ", page))


def quantities(page: str) -> dict[str, str]:
    found = re.findall(r'name="lines/(\d+)/quantity"[^>]*?value="([^"]*)"', page)
    return {code: latin_digits(typed).replace("٫", ".") for code, typed in found}


def test_a_filed_spreadsheet_fills_the_page_and_comes_to_the_claimed_total(contractor, task):
    page = upload(contractor, task, sample(1)).text

    assert len(quantities(page)) == 283
    assert quantities(page)["010604"] == "14.584"
    claimed = EXPECTED["statements"][0]["claimed"]
    shown = text_of(page).replace("٬", ",")
    assert grouped(claimed["lines_total"], "en") in shown
    assert grouped(claimed["gross"], "en") in shown


def test_a_second_file_replaces_the_claim_of_the_first(contractor, task):
    upload(contractor, task, sample(1))
    short = load_workbook(BytesIO(sample(1)))
    short["مقادیر"].delete_rows(3, 400)

    page = upload(contractor, task, saved(short)).text

    assert quantities(page) == {"010604": "14.584"}


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("A4", "999999", "999999"),
        ("B4", "دوازده", "عدد"),
        ("B4", 12.3456, "3"),
        ("B4", -1, "منفی"),
        ("A4", "010604", "010604"),
    ],
)
def test_a_wrong_file_changes_nothing_and_says_where(contractor, task, cell, value, said):
    upload(contractor, task, sample(1))

    answer = upload(contractor, task, changed(sample(1), "مقادیر", cell, value))

    assert answer.status_code == 422
    row = text_of(re.findall(r"<tr><td.*?</tr>", answer.text, re.DOTALL)[0])
    assert "مقادیر" in row
    assert " 4 " in row
    assert f" {cell[0]} " in row
    assert said in row
    assert quantities(contractor.get(task).text)["010604"] == "14.584"


def test_problems_are_counted_in_the_language_of_the_page(contractor, task):
    contractor.post("/language", data={"locale": "en"})
    one = changed(sample(1), "مقادیر", "B4", -1)

    assert "1 problem;" in text_of(upload(contractor, task, one).text)
    assert "2 problems;" in text_of(
        upload(contractor, task, changed(one, "مقادیر", "B5", "x")).text
    )


@pytest.mark.parametrize(("locale", "limit"), [("en", "20,000"), ("fa", "20٬000")])
def test_of_a_sheet_with_too_many_rows_the_most_is_told(contractor, task, locale, limit):
    contractor.post("/language", data={"locale": locale})

    page = upload(contractor, task, changed(sample(1), "مقادیر", "A20001", "x")).text

    [row] = re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)
    assert "مقادیر" in row
    assert limit in text_of(row)


def test_a_file_of_another_statement_is_refused(contractor, task):
    answer = upload(contractor, task, sample(2))

    assert answer.status_code == 422
    assert not quantities(contractor.get(task).text)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 not a zip", b"code,quantity", bytes.fromhex("d0cf11e0a1b11ae1")],
)
def test_what_is_no_spreadsheet_is_refused_on_a_page(contractor, task, content):
    assert upload(contractor, task, content).status_code == 422


def test_an_export_holds_every_line_and_what_is_typed(contractor, task):
    upload(contractor, task, sample(1))

    answer = contractor.get(f"{task}/lines.xlsx")

    assert answer.headers["Content-Disposition"] == "attachment; filename=1404-D07-0417-1.xlsx"
    book = load_workbook(BytesIO(answer.data))
    rows = list(book["مقادیر"].iter_rows(values_only=True))
    assert len(rows) == 313
    assert rows[1][0] == "010604"
    assert upload(contractor, task, answer.data).status_code == 200
    assert quantities(contractor.get(task).text)["010604"] == "14.584"


def test_others_may_neither_fill_nor_fetch_a_statement(signed_in, contractor, task):
    stranger = signed_in("bidder1")

    assert stranger.get(f"{task}/lines.xlsx").status_code == 404
    assert upload(stranger, task, sample(1)).status_code == 404
    assert not quantities(contractor.get(task).text)


def test_the_server_filters_for_browsers_without_scripts(contractor, task):
    upload(contractor, task, sample(1))

    chapter = contractor.get(f"{task}?chapter=02").text
    found = contractor.get(f"{task}?q=010604").text

    assert set(re.findall(r'data-k="(\d\d)', chapter)) == {"02"}
    assert re.findall(r'data-k="(\d+)"', found) == ["010604"]
    claimed = EXPECTED["statements"][0]["claimed"]
    assert grouped(claimed["gross"], "en") in text_of(chapter).replace("٬", ",")


def test_typed_cells_survive_saving_without_scripts(contractor, task):
    contractor.post(f"{task}/draft", data={"lines/010604/quantity": "دوازده"})

    assert quantities(contractor.get(task).text) == {"010604": "دوازده"}
