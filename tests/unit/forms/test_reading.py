from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.lines import LineRow, LineTable
from engine.values import Rial, persian_digits
from forms import Form, FormErrors, check_field, read_submission


def form_of(*components: dict[str, Any], outcomes: tuple[dict[str, Any], ...] = ()) -> Form:
    return Form.parse({"id": "f", "components": components, "divan": {"outcomes": outcomes}})


def one(kind: str, typed: str, **properties: Any) -> Any:
    return read_submission(form_of({"type": kind, "key": "x", **properties}), {"x": typed})["x"]


def refused(kind: str, typed: str, **properties: Any) -> str:
    with pytest.raises(FormErrors) as errors:
        one(kind, typed, **properties)
    [problem] = errors.value.problems
    assert problem.field == "x"
    return problem.code


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        pytest.param("textfield", "  كاغذ ", "کاغذ", id="Arabic kaf becomes Persian, ends trimmed"),
        pytest.param("number", "۱۲٫۵", Decimal("12.5"), id="Persian digits and separator"),
        pytest.param("rial", "۱٬۲۵۰٬۰۰۰", 1_250_000, id="grouped Persian amount"),
        pytest.param("rial", "1,250,000", 1_250_000, id="grouped Latin amount"),
        pytest.param("percentage", "۷٫۵٪", Decimal("7.5"), id="percent sign"),
        pytest.param("quantity", "٥٩٠٫٢٥٠", Decimal("590.250"), id="Arabic-Indic digits"),
        pytest.param("jalaliDate", "۱۴۰۴/۰۷/۳۰", "2025-10-22", id="stored in ISO 8601"),
        pytest.param("nationalId", "۰۰۸۴۵۷۵۹۴۸", "0084575948", id="national code"),
        pytest.param("legalId", "14007650912", "14007650912", id="legal id"),
    ],
)
def test_a_value_is_read_as_people_type_it(kind: str, typed: str, value: object):
    assert one(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed", "properties", "code"),
    [
        pytest.param("number", "دوازده", {}, "GEN-NUMBER", id="a word"),
        pytest.param("number", "1.5", {"decimalDigits": 0}, "GEN-WHOLE", id="half of a whole"),
        pytest.param("number", "1.25", {"decimalDigits": 1}, "GEN-DECIMALS", id="decimals"),
        pytest.param("number", "11", {"validate": {"max": 10}}, "GEN-RANGE", id="above the most"),
        pytest.param("rial", "1000.5", {}, "MON-001", id="half a rial"),
        pytest.param("rial", "-1", {}, "MON-002", id="a negative amount"),
        pytest.param("rial", "9" * 19, {}, "MON-001", id="nineteen digits"),
        pytest.param("percentage", "101", {}, "GEN-RANGE", id="more than all"),
        pytest.param("quantity", "12.3456", {}, "STM-004", id="four decimals"),
        pytest.param("quantity", "-1", {}, "STM-005", id="a negative quantity"),
        pytest.param("jalaliDate", "1404/12/30", {}, "CAL-001", id="no leap year"),
        pytest.param("nationalId", "0084575949", {}, "ID-001", id="wrong check digit"),
        pytest.param("iban", "IR00", {}, "PAY-003", id="no IBAN"),
        pytest.param(
            "select", "other", {"values": [{"value": "a"}]}, "GEN-CHOICE", id="not offered"
        ),
        pytest.param("textfield", "abc", {"validate": {"maxLength": 2}}, "GEN-LENGTH", id="long"),
        pytest.param("textfield", "x" * 10_001, {}, "GEN-LENGTH", id="longer than any text may be"),
        pytest.param(
            "textfield", "Q-1", {"validate": {"pattern": "P-[0-9]+"}}, "GEN-PATTERN", id="pattern"
        ),
        pytest.param(
            "textfield", "   ", {"validate": {"required": True}}, "GEN-REQUIRED", id="blank"
        ),
        pytest.param(
            "checkbox", "", {"validate": {"required": True}}, "GEN-REQUIRED", id="not ticked"
        ),
    ],
)
def test_what_is_wrong_is_said_by_code_beside_its_field(
    kind: str, typed: str, properties: dict[str, Any], code: str
):
    assert refused(kind, typed, **properties) == code


def test_an_optional_field_left_empty_is_an_answer_too():
    assert one("rial", "") is None
    assert one("checkbox", "") is False


def test_several_boxes_are_answered_in_the_order_of_the_form():
    form = form_of({"type": "checklist", "key": "why", "values": [{"value": "a"}, {"value": "b"}]})

    assert read_submission(form, {"why": ["b", "a"]}) == {"why": ["a", "b"]}
    with pytest.raises(FormErrors):
        read_submission(form, {"why": ["a", "c"]})


def test_every_problem_is_found_at_once_in_document_order():
    form = form_of(
        {"type": "rial", "key": "amount"},
        {"type": "group", "components": [{"type": "jalaliDate", "key": "on"}]},
        {"type": "textfield", "key": "goods", "validate": {"required": True}},
    )

    with pytest.raises(FormErrors) as errors:
        read_submission(form, {"amount": "x", "on": "x"})

    found = [(each.field, each.code) for each in errors.value.problems]
    assert found == [("amount", "MON-001"), ("on", "CAL-001"), ("goods", "GEN-REQUIRED")]


APPROVE = {"value": "approve", "label": "", "kind": "primary"}
RETURN = {"value": "return", "label": "", "requires": ["why"]}
DECIDE = form_of(
    {"type": "textarea", "key": "why", "divan": {"outcomes": ["return"]}},
    {"type": "rial", "key": "net", "readonly": True},
    outcomes=(APPROVE, RETURN),
)


def test_an_outcome_asks_for_what_it_requires_and_for_nothing_of_another():
    assert read_submission(DECIDE, {"why": "چون"}, outcome="approve") == {"outcome": "approve"}
    with pytest.raises(FormErrors) as errors:
        read_submission(DECIDE, {}, outcome="return")
    assert [each.code for each in errors.value.problems] == ["GEN-REQUIRED"]


@pytest.mark.parametrize("outcome", [None, "reject"])
def test_an_outcome_the_form_does_not_have_is_refused(outcome: str | None):
    with pytest.raises(FormErrors) as errors:
        read_submission(DECIDE, {}, outcome=outcome)
    assert [each.code for each in errors.value.problems] == ["GEN-OUTCOME"]


def test_what_the_form_may_not_write_is_refused_by_name():
    posted = {"net": "1", "admin": "true", "why": "چون", "csrf_token": "t", "_page": "1"}

    with pytest.raises(FormErrors) as errors:
        read_submission(DECIDE, posted, outcome="return", variables={"net": 5})

    found = [(each.field, each.code) for each in errors.value.problems]
    assert found == [("net", "GEN-UNKNOWN"), ("admin", "GEN-UNKNOWN")]


def test_a_read_only_field_posted_as_it_stands_harms_nothing():
    answer = read_submission(
        DECIDE, {"net": "۵", "why": "چون"}, outcome="return", variables={"net": 5}
    )

    assert answer == {"outcome": "return", "why": "چون"}


def test_what_was_typed_goes_back_with_the_problems():
    posted = {"why": "  "}
    with pytest.raises(FormErrors) as errors:
        read_submission(DECIDE, posted, outcome="return")
    assert errors.value.raw is posted


def test_the_lines_of_a_table_are_read_from_drafts_and_what_was_posted():
    table = LineTable(
        rows=tuple(LineRow(key, "01", {"unit_price": 100}) for key in ("0101", "0102")),
        groups={"01": "تخریب"},
        factors={},
        fixed=Rial.ZERO,
        previous_total=Rial.ZERO,
        entry="claimed",
    )
    form = form_of({"type": "lineTable", "key": "lines", "divan": {"source": "s"}})

    answer = read_submission(
        form,
        {"lines/0102/quantity": "۷"},
        draft={"lines/0101/quantity": "3", "lines/0102/quantity": "5"},
        table=table,
    )

    lines = answer["lines"]
    assert isinstance(lines, dict)
    quantities = {key: line["quantity"] for key, line in lines.items() if isinstance(line, dict)}
    assert quantities == {"0101": Decimal(3), "0102": Decimal(7)}


def test_a_single_field_is_checked_while_it_is_typed_and_may_still_be_empty():
    field = form_of({"type": "rial", "key": "x", "validate": {"required": True}}).fields[0]

    assert check_field(field, "") is None
    problem = check_field(field, "ده")
    assert problem is not None
    assert problem.code == "MON-001"


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_an_amount_is_read_the_same_in_any_digits(amount: int):
    latin = f"{amount:,}"

    assert one("rial", latin) == one("rial", persian_digits(latin).replace(",", "٬")) == amount


@given(st.text(max_size=60), st.sampled_from(["number", "rial", "quantity", "jalaliDate", "iban"]))
def test_whatever_is_typed_is_either_a_value_or_a_problem(typed: str, kind: str):
    try:
        value = one(kind, typed)
    except FormErrors as errors:
        value = errors.problems[0].code
    assert value is None or value != ""
