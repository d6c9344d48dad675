"""How a form stands: what is hidden, read-only, needed and worked out, row by row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from forms import Form, FormErrors, read_submission

NOW = datetime(2026, 7, 25, 8, 30, tzinfo=UTC)


def form_of(*components: dict[str, Any], **own: Any) -> Form:
    return Form.parse({"id": "f", "components": components, "divan": own})


def codes(form: Form, raw: dict[str, Any], **known: Any) -> list[tuple[str | None, str]]:
    with pytest.raises(FormErrors) as errors:
        read_submission(form, raw, variables=known, now=NOW)
    return [(each.field, each.code) for each in errors.value.problems]


WHY = {
    "type": "textfield",
    "key": "why",
    "conditional": {"hide": '=kind != "other"'},
    "validate": {"required": True},
}
KIND = {"type": "radio", "key": "kind", "values": [{"value": "other"}, {"value": "usual"}]}


def test_what_is_hidden_is_nothing_whatever_the_case_knew():
    form = form_of(WHY, KIND)

    assert read_submission(form, {"kind": "usual"}, variables={"why": "alt"}) == {
        "why": None,
        "kind": "usual",
    }
    assert codes(form, {"kind": "usual", "why": "x"}) == [("why", "GEN-UNKNOWN")]
    assert codes(form, {"kind": "other"}) == [("why", "GEN-REQUIRED")]


def test_a_field_is_worked_out_after_what_it_reads_wherever_they_stand():
    form = form_of(
        {"type": "rial", "key": "tax", "divan": {"value": "=net * rate / 100"}},
        {"type": "expression", "key": "all", "expression": "=net + tax"},
        {"type": "rial", "key": "net"},
        {"type": "percentage", "key": "rate", "readonly": True},
    )

    answer = read_submission(form, {"net": "1005"}, variables={"rate": Decimal("9.5")})

    assert answer == {"tax": 95, "all": 1100, "net": 1005}


def test_what_is_wrong_counts_as_nothing_in_expressions():
    form = form_of(
        {"type": "number", "key": "a"},
        {"type": "textfield", "key": "b", "conditional": {"hide": "=a = null"}},
    )

    assert codes(form, {"a": "x", "b": "typed"}) == [("a", "GEN-NUMBER"), ("b", "GEN-UNKNOWN")]


def test_bounds_and_needs_follow_other_answers():
    form = form_of(
        {"type": "number", "key": "most"},
        {"type": "number", "key": "a", "validate": {"max": "=most", "required": "=most > 5"}},
    )

    assert codes(form, {"most": "3", "a": "4"}) == [("a", "GEN-RANGE")]
    assert codes(form, {"most": "6"}) == [("a", "GEN-REQUIRED")]
    assert read_submission(form, {"most": "5"})["a"] is None


def test_rows_are_read_each_by_itself_and_see_what_is_around_them():
    form = form_of(
        {"type": "number", "key": "rate"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "components": [
                {"type": "number", "key": "n"},
                {"type": "expression", "key": "sum", "expression": "=n * rate + i"},
            ],
        },
        {"type": "expression", "key": "all", "expression": "=sum(rows.sum)"},
    )

    answer = read_submission(
        form, {"rate": "2", "rows/rows": "2", "rows/0/n": "1", "rows/1/n": "10"}
    )

    assert answer == {
        "rate": 2,
        "rows": [{"n": 1, "sum": 3}, {"n": 10, "sum": 22}],
        "all": 25,
    }


def test_a_list_has_as_many_rows_as_it_may():
    form = form_of(
        {
            "type": "dynamiclist",
            "path": "rows",
            "divan": {"min": 1, "max": 2},
            "components": [{"type": "number", "key": "n"}],
        }
    )

    assert codes(form, {"rows/rows": "0"}) == [("rows", "GEN-ROWS")]
    assert codes(form, {"rows/rows": "9", "rows/8/n": "1"}) == [("rows/8/n", "GEN-UNKNOWN")]
    assert codes(form, {"rows/rows": "x", "rows/0/n": "1"})[0] == ("rows", "GEN-ROWS")


def test_an_answer_to_part_of_an_object_leaves_the_rest_of_it():
    form = form_of(
        {
            "type": "group",
            "id": "g",
            "path": "seller",
            "components": [{"type": "textfield", "key": "name"}],
        }
    )

    answer = read_submission(form, {"seller.name": "الف"}, variables={"seller": {"id": 7}})

    assert answer == {"seller": {"id": 7, "name": "الف"}}


def test_choices_come_from_the_case_or_from_an_expression():
    form = form_of(
        {"type": "select", "key": "a", "valuesKey": "names"},
        {"type": "select", "key": "b", "valuesExpression": "=for n in 1..3 return string(n)"},
    )

    known = {"names": ["x", {"value": "y", "label": "Y"}]}
    assert read_submission(form, {"a": "y", "b": "3"}, variables=known) == {"a": "y", "b": "3"}
    assert codes(form, {"a": "z", "b": "4"}, **known) == [("a", "GEN-CHOICE"), ("b", "GEN-CHOICE")]


def test_a_choice_that_is_searched_for_may_be_named():
    form = form_of(
        {
            "type": "select",
            "key": "a",
            "divan": {"search": True},
            "values": [{"value": "1", "label": "کاغذ"}, {"value": "2", "label": "میز"}],
        }
    )

    assert read_submission(form, {"a": "كاغذ"})["a"] == "1"
    assert codes(form, {"a": "صندلی"}) == [("a", "GEN-CHOICE")]


def test_a_day_that_has_passed_is_refused_where_the_form_says_so():
    form = form_of({"type": "datetime", "key": "a", "subtype": "date", "disallowPassedDates": True})

    assert codes(form, {"a": "2026-07-24"}) == [("a", "GEN-PASSED")]
    assert read_submission(form, {"a": "2026-07-25"}, now=NOW) == {"a": "2026-07-25"}


def test_a_rule_over_fields_is_silent_while_one_of_them_is_wrong_in_itself():
    form = form_of(
        {"type": "number", "key": "a"},
        {"type": "number", "key": "b"},
        rules=[{"id": "r", "holds": "=a <= b", "message": "a > b", "fields": ["a", "b"]}],
    )

    assert codes(form, {"a": "2", "b": "1"}) == [("b", "GEN-RULE")]
    assert codes(form, {"a": "2", "b": "x"}) == [("b", "GEN-NUMBER")]


def test_a_question_the_page_had_not_shown_is_asked_first():
    form = form_of(KIND, {**WHY, "validate": {}})

    assert codes(form, {"kind": "other", "_asked": ""}) == [("why", "GEN-MORE")]
    shown: dict[str, str | list[str]] = {"kind": "other", "_asked": ["", "why"]}
    assert read_submission(form, shown) == {"kind": "other", "why": None}
