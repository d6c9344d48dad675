"""The facts that a bidder's page packs beside scans: written here and there, read by anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.values import JalaliDate, Rial, grouped, normalise, persian_digits
from engine.values.said_amounts import amount_of_words
from processes.transactions.records import Form
from processes.transactions.rules.arithmetic import corrected
from processes.transactions.rules.guarantees import Required, check_bid_guarantee
from processes.transactions.sealing.forms import (
    FORMS,
    GuaranteeSheet,
    PriceLine,
    PriceSheet,
    check_price,
    read_guarantee,
    read_price,
)
from processes.transactions.tests.peer import Browser, browser

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
AMOUNTS = st.integers(1, 10**18 - 1).map(Rial)
TEXTS = (
    st.text(max_size=40)
    .map(lambda text: normalise(normalise(text).replace("\n", " ")))
    .filter(bool)
)
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
GUARANTEES = st.builds(
    GuaranteeSheet,
    number=TEXTS,
    issuer=TEXTS,
    branch=TEXTS | st.just(""),
    form=st.sampled_from(sorted(FORMS)),
    amount=AMOUNTS,
    valid_until=DAYS,
    beneficiary=TEXTS,
    concerns=TEXTS,
)
PRICES = st.builds(
    PriceSheet,
    lines=st.lists(
        st.builds(PriceLine, st.integers(1, 5_000), AMOUNTS, AMOUNTS),
        unique_by=lambda each: each.position,
        max_size=6,
    ).map(tuple),
    total=AMOUNTS,
    total_in_words=TEXTS,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lines", "total", "number", "amount", "x"]), inner)
    ),
    max_leaves=8,
)
SIX = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    """The modules of the pages, in node."""
    with browser() as opened_browser:
        yield opened_browser


@given(GUARANTEES)
def test_a_guarantee_that_is_written_is_read_as_it_was(sheet: GuaranteeSheet):
    assert read_guarantee(sheet.write()).found == sheet


@given(PRICES)
def test_a_price_that_is_written_is_read_as_it_was(sheet: PriceSheet):
    assert read_price(sheet.write()).found == sheet


@given(st.binary(max_size=60) | JSON.map(lambda told: json.dumps(told).encode()))
def test_whatever_lies_in_an_envelope_is_told_and_never_raised(content: bytes):
    for read in (read_guarantee, read_price):
        reading = read(content)
        assert reading.found is None
        assert reading.problems


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"amount": "۵۰"}, "MON-001", id="digits that are not ASCII"),
        pytest.param({"amount": "05"}, "MON-001", id="written in another way"),
        pytest.param({"amount": "0"}, "MON-002", id="nothing"),
        pytest.param({"amount": 50}, "TND-102", id="a number of JSON, which readers round"),
        pytest.param({"amount": "1" * 19}, "MON-001", id="no amount is that long"),
        pytest.param({"valid_until": "1405/09/01"}, "CAL-001", id="another calendar"),
        pytest.param({"valid_until": "2026-02-30"}, "CAL-001", id="no such day"),
        pytest.param({"form": "GOLD"}, "GEN-CHOICE", id="a form nobody knows"),
        pytest.param({"number": "  "}, "GEN-REQUIRED", id="empty"),
        pytest.param({"issuer": "b" * 201}, "GEN-LENGTH", id="too long"),
        pytest.param({"beneficiary": None}, "TND-102", id="missing"),
        pytest.param({"note": "x"}, "TND-102", id="unknown"),
    ],
)
def test_each_fault_of_a_guarantee_has_its_code(change: dict[str, Any], code: str):
    sheet = GuaranteeSheet(
        "1", "b", "", "BANK", Rial(50), date(2026, 5, 1), "D07", "D07-1405-T-0001"
    )
    told = json.loads(sheet.write()) | change
    reading = read_guarantee(json.dumps(told).encode())
    assert ([each.code for each in reading.problems], reading.found) == ([code], None)


def test_a_member_or_a_line_that_stands_twice_is_refused():
    line = '{"position":1,"unit_price":"5","total":"10"}'
    rest = '"total":"10","total_in_words":"ده ریال"'
    twice = f'{{"lines":[{line},{line}],{rest}}}'
    assert [each.code for each in read_price(twice.encode()).problems] == ["TND-103"]
    doubled = f'{{"lines":[{line}],{rest},"total":"9"}}'
    assert [each.code for each in read_price(doubled.encode()).problems] == ["TND-101"]
    nested = b'{"lines":' + b"[" * 100_000
    assert [each.code for each in read_price(nested).problems] == ["TND-101"]
    assert [each.code for each in read_price(b" " * (2**20 + 1)).problems] == ["TND-101"]


def test_a_price_is_held_to_the_lines_of_the_schedule():
    sheet = PriceSheet((PriceLine(2, Rial(5), Rial(10)),), Rial(10), "")
    codes = [(each.code, each.field) for each in check_price(sheet, {1: Decimal(3)})]
    assert codes == [("TND-104", "lines/1"), ("TND-105", "lines/2")]
    assert check_price(PriceSheet((), Rial(10), ""), {1: Decimal(3)}) == []


def test_the_forms_of_a_guarantee_are_those_of_the_register():
    assert {each.value for each in Form} == FORMS


@SIX
@given(GUARANTEES, st.sampled_from(["latin", "persian", "arabic", "grouped"]))
def test_what_is_typed_in_any_digits_is_written_by_a_browser_as_it_is_here(
    page: Browser, sheet: GuaranteeSheet, digits: str
):
    amount = {
        "latin": str(sheet.amount.amount),
        "persian": persian_digits(sheet.amount.amount),
        "arabic": str(sheet.amount.amount).translate(ARABIC),
        "grouped": grouped(sheet.amount.amount),
    }[digits]
    typed = {
        "number": sheet.number, "issuer": sheet.issuer, "branch": sheet.branch,
        "form": sheet.form, "amount": amount, "beneficiary": sheet.beneficiary,
        "valid_until": persian_digits(str(JalaliDate.of(sheet.valid_until))),
        "concerns": sheet.concerns,
    }  # fmt: skip
    told = page.ask("guarantee", typed=typed)
    assert bytes.fromhex(told["file"]) == sheet.write()


@SIX
@given(
    st.lists(st.tuples(st.decimals("0.5", 9_999, places=3), st.integers(1, 10**9)), max_size=5),
    st.integers(1, 10**15),
)
def test_a_price_typed_in_a_browser_is_right_to_the_rial(
    page: Browser, lines: list[tuple[Decimal, int]], lump: int
):
    items = [{"position": at, "quantity": str(each)} for at, (each, _) in enumerate(lines, 1)]
    typed = {str(at): grouped(price) for at, (_, price) in enumerate(lines, 1)}
    told = page.ask("price", items=items, typed=typed or {"total": persian_digits(lump)})

    found = read_price(bytes.fromhex(told["file"])).found

    assert found is not None
    quantities = {at: each for at, (each, _) in enumerate(lines, 1)}
    assert check_price(found, quantities) == []
    right = corrected(found.bid_lines(quantities), found.written).result
    assert (right.is_changed, right.problems) == (False, ())
    assert amount_of_words(found.total_in_words) == found.total.amount
    if not lines:
        assert found.total == Rial(lump)
    assert found.write() == bytes.fromhex(told["file"])


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({}, ["number", "issuer", "form", "beneficiary", "concerns", "amount", "valid_until"]),
        ({"amount": "۵۰٫۵"}, ["amount"]),
        ({"amount": "-5"}, ["amount"]),
        ({"amount": "9" * 19}, ["amount"]),
        ({"valid_until": "1405/13/01"}, ["valid_until"]),
        ({"form": "GOLD"}, ["form"]),
    ],
)
def test_a_browser_says_what_is_wrong_beside_each_field(
    page: Browser, typed: dict[str, str], codes: list[str]
):
    right = {
        "number": "۱", "issuer": "بانک", "form": "BANK", "amount": "۵۰", "beneficiary": "D07",
        "valid_until": "1405/10/01", "concerns": "T-1",
    }  # fmt: skip
    told = page.ask("guarantee", typed=right | typed if typed else {})
    assert [each["field"] for each in told["problems"]] == codes


@SIX
@given(GUARANTEES, GUARANTEES)
def test_a_browser_holds_a_guarantee_to_what_is_required_as_the_rule_does(
    page: Browser, sheet: GuaranteeSheet, other: GuaranteeSheet
):
    for required in (sheet, other):
        asked = Required(
            required.amount, required.valid_until, required.beneficiary, required.concerns
        )
        typed = json.loads(sheet.write())
        typed["valid_until"] = str(JalaliDate.of(sheet.valid_until))
        limits = {
            "amount": str(asked.amount.amount), "until": asked.until.isoformat(),
            "beneficiary": asked.beneficiary, "concerns": asked.concerns,
        }  # fmt: skip
        here = [each.code for each in check_bid_guarantee(sheet.given, asked)]
        there = page.ask("guarantee", typed=typed, required=limits)["problems"]
        assert sorted(here) == sorted(each["code"] for each in there)
