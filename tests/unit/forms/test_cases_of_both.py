"""What Python and the browser have to agree on, from tables that both read."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.values import in_english_words, in_persian_words
from forms import Form, FormErrors, read_submission
from forms.browser import browser_field, browser_tree
from forms.expressions import Feel

HERE = Path(__file__).parent


def table(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


FIELDS = [
    pytest.param(group, case, id=f"{group['component']['type']} {json.dumps(case['typed'])[:40]}")
    for group in table("field_cases.json")
    for case in group["cases"]
]
FEEL = table("feel_cases.json")


@pytest.mark.parametrize(("group", "case"), FIELDS)
def test_a_field_is_read_as_the_table_says(group: dict[str, Any], case: dict[str, Any]):
    form = Form.parse({"components": [group["component"]]})
    typed = case["typed"] if isinstance(case["typed"], dict) else {"": repeated(case, "typed")}
    raw = {f"x/{part}" if part else "x": text for part, text in typed.items()}

    if "code" not in case:
        assert plain(read_submission(form, raw)["x"]) == repeated(case, "value")
        return
    with pytest.raises(FormErrors) as errors:
        read_submission(form, raw)
    assert [each.code for each in errors.value.problems] == [case["code"]]


def repeated(case: dict[str, Any], name: str) -> Any:
    """Return a long text, which the table writes as a short one so many times."""
    return case[name] * case["times"] if case.get("times") and case[name] else case[name]


@pytest.mark.parametrize("group", table("field_cases.json"), ids=lambda each: str(each["browser"]))
def test_the_browser_is_told_the_rules_of_the_field(group: dict[str, Any]):
    [field] = Form.parse({"components": [group["component"]]}).fields

    assert browser_field(field) == group["browser"]


@pytest.mark.parametrize("case", FEEL["cases"], ids=lambda each: each["feel"])
def test_an_expression_is_worked_out_as_the_table_says(case: dict[str, Any]):
    feel = Feel(case["feel"])

    assert browser_tree(feel) == case["tree"]
    assert numbered(feel.value(known(FEEL["scope"]))) == case["value"]


@pytest.mark.parametrize("case", table("word_cases.json"), ids=lambda each: each["number"])
def test_an_amount_is_said_as_the_table_says(case: dict[str, str]):
    number = int(case["number"])

    assert (in_persian_words(number), in_english_words(number)) == (case["fa"], case["en"])


def plain(value: Any) -> Any:
    """Return numbers as the table has them: texts without needless zeros."""
    if isinstance(value, bool) or value is None or isinstance(value, str | dict | list):
        return value
    text = format(Decimal(value) if value else Decimal(0), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def known(value: Any) -> Any:
    """Return the scope of the table; numbers stand in it as ``{"n": "12.5"}``."""
    if isinstance(value, list):
        return [known(each) for each in value]
    if isinstance(value, dict):
        if value.keys() == {"n"}:
            return Decimal(value["n"])
        return {key: known(each) for key, each in value.items()}
    return value


def numbered(value: Any) -> Any:
    """Return a value as the table has it."""
    if isinstance(value, list):
        return [numbered(each) for each in value]
    if isinstance(value, dict):
        return {key: numbered(each) for key, each in value.items()}
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return {"n": plain(value)} if number else value
