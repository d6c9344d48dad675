"""The sample contract's six statements through the web application, every figure to the rial."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from tests.kit.server import LiveServer
from tests.kit.statements import EXPECTED, Office
from tests.kit.visitor import Page

pytestmark = [pytest.mark.xdist_group("six_statements"), pytest.mark.timeout(600)]

STATEMENTS = range(1, len(EXPECTED["statements"]) + 1)
#: the statement's rows by their English names, with the figure each has to show
WORK = {
    "Sum of the lines": "lines_total",
    "Works with coefficients": "works",
    "Mobilisation": "mobilisation",
    "Materials on site": "site_materials",
    "Gross to date": "gross",
    "Work of the period": "period",
}
DEDUCTIONS = {
    "Retention": ("retention", -1),
    "Advance recovery": ("advance_recovery", -1),
    "Social-security hold": ("social_security", -1),
    "Withholding tax": ("withholding_tax", -1),
    "Penalties": ("penalty", -1),
    "Value added tax": ("vat", 1),
    "Net payable": ("net", 1),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Everybody's desk, after all six statements have gone through them."""
    server = LiveServer(tmp_path_factory.mktemp("six")).start()
    everybody = Office(server.address)
    for no in STATEMENTS:
        everybody.file(no)
        everybody.settle(no)
    yield everybody
    everybody.close()
    server.stop()


@pytest.fixture(scope="module")
def pages(office: Office) -> dict[int, Page]:
    """The page of each statement."""
    return {no: office.statement(no) for no in STATEMENTS}


@pytest.mark.parametrize("no", STATEMENTS)
def test_a_statement_comes_to_its_payment_order_with_every_figure(pages: dict[int, Page], no: int):
    expected = EXPECTED["statements"][no - 1]
    rows = _rows(pages[no])
    shown = {figure: rows[name][1] for name, figure in WORK.items()}
    for name, (figure, sign) in DEDUCTIONS.items():
        shown[figure] = sign * rows[name][2] if name in rows else 0
    assert shown == expected["certified"]
    claimed = {"lines_total": rows["Sum of the lines"][0], "gross": rows["Gross to date"][0]}
    assert claimed == expected["claimed"]


@pytest.mark.parametrize("no", STATEMENTS)
def test_the_payment_order_is_a_document_over_the_net_amount(office: Office, no: int):
    [address] = office.orders(no)
    answer = office.person("tech_office").download(f"{address}?lang=en")
    assert answer.headers["content-type"] == "application/pdf"
    text = _pdf_text(answer.content)
    assert f"{EXPECTED['statements'][no - 1]['certified']['net']:,}" in text


def test_the_contract_counts_what_its_statements_certified(office: Office):
    text = office.person("tech_office").get(office.contract()).text
    last = EXPECTED["statements"][-1]["certified"]
    assert f"{EXPECTED['contract']['initial_amount']:,}" in text
    assert f"{last['gross']:,}" in text


def test_nothing_is_left_on_any_desk(office: Office):
    assert office.open_steps() == []


def _rows(page: Page) -> dict[str, list[Any]]:
    """Return the figures of each row of the page's tables, by the row's heading."""
    return {
        " ".join(row.find("th").text_content().split()).split(" (")[0]: [
            _figure(cell.text_content()) for cell in row.findall("td")
        ]
        for row in page.tree.xpath("//main//tbody/tr[th[@scope='row']]")
    }


def _figure(text: str) -> int | None:
    plain = "".join(each for each in text if each in "−-0123456789").replace("−", "-")
    return int(plain) if plain.strip("-") and "%" not in text else None


def _pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
