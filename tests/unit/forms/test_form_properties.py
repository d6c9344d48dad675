"""What holds for any form and anything typed: nothing crashes, what was written is read again."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.values import JalaliDate
from forms import Form, FormErrors, read_submission
from forms.browser import browser_field, browser_rules
from forms.errors import FormUnreadable
from forms.kinds import KINDS
from forms.prose import blocks
from forms.rows import without_row
from forms.sheet import filled
from forms.written import written
from tests.kit.forms import EVERYTHING, FOLDER

EVERY = Form.parse(json.loads((FOLDER / "forms" / "everything.form").read_text("utf-8")))
NAMES = st.sampled_from([*EVERYTHING, "items/7/title", "items//x", "a.b", "seller", "_asked", ""])
TYPED = st.text(max_size=40) | st.sampled_from([str(each) for each in EVERYTHING.values()])
DAYS = st.dates(JalaliDate(1300, 1, 1).gregorian(), JalaliDate(1500, 1, 1).gregorian())
VALUES = {
    "number": st.decimals(-(10**12), 10**12, places=4),
    "rial": st.integers(0, 10**17),
    "percentage": st.decimals(0, 100, places=2),
    "quantity": st.decimals(0, 10**9, places=3),
    "jalaliDate": DAYS.map(lambda day: day.isoformat()),
    "jalaliDateRange": st.tuples(DAYS, DAYS).map(
        lambda ends: {"from": min(ends).isoformat(), "to": max(ends).isoformat()}
    ),
    "checkbox": st.booleans(),
    "checklist": st.lists(st.sampled_from("abc"), unique=True).map(sorted),
    "select": st.sampled_from("abc"),
    "mobile": st.just("+989123456789"),
    "signature": st.just({"name": "مریم", "drawn": "M1 2L3 4"}),
}
CHOICES = [{"value": each} for each in "abc"]


@given(st.dictionaries(NAMES, TYPED | st.lists(TYPED, max_size=3)))
def test_nothing_that_is_posted_is_more_than_wrong(raw: dict[str, Any]):
    try:
        answer = read_submission(EVERY, raw, outcome="send")
    except FormErrors:
        return
    assert answer["outcome"] == "send"


@given(st.data(), st.sampled_from(sorted(VALUES)), st.sampled_from(["fa", "en"]))
def test_a_value_that_stays_as_it_was_written_is_read_again(
    data: st.DataObject, kind: str, language: str
):
    value = data.draw(VALUES[kind])
    own = {"values": CHOICES} if KINDS[kind].chosen else {}
    form = Form.parse({"components": [{"type": kind, "key": "x", **own}]})
    texts = written(form.fields[0], value, language)

    read = read_submission(
        form, {f"x/{part}" if part else "x": typed for part, typed in texts.items()}
    )["x"]

    assert read == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("=a"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
COMPONENTS = st.fixed_dictionaries(
    {"type": st.sampled_from([*sorted(KINDS), "text", "group", "dynamiclist", "table", "button"])},
    optional={
        **dict.fromkeys(("key", "path", "id"), st.sampled_from(["a", "b", "c.d"]) | JSON),
        **dict.fromkeys(
            ("label", "validate", "values", "valuesKey", "divan", "layout", "conditional", "text",
             "components", "decimalDigits", "expression", "readonly", "columns", "appearance"),
            JSON,
        ),
    },
)  # fmt: skip


@given(st.lists(COMPONENTS, max_size=5))
def test_a_form_file_is_read_or_refused_with_its_places(components: list[dict[str, Any]]):
    try:
        form = Form.parse({"id": "f", "components": components})
    except FormUnreadable:
        return
    assert filled(form, lambda _: [], {}).places.keys() >= {each.key for each in form.fields}


FEEL = st.sampled_from(["a", "b", "c", "d"])
FIELDS = st.lists(st.tuples(FEEL, st.sampled_from(["hide", "value", "readonly"]), FEEL), max_size=6)


@given(FIELDS, st.dictionaries(FEEL, st.sampled_from(["1", "x", ""])))
def test_conditions_come_to_rest_or_the_form_is_refused(
    wished: list[tuple[str, str, str]], raw: dict[str, Any]
):
    components: dict[str, dict[str, Any]] = {key: {"type": "number", "key": key} for key in "abcd"}
    for key, what, other in wished:
        if what == "hide":
            components[key]["conditional"] = {"hide": f"={other} = null"}
        elif what == "value":
            components[key]["divan"] = {"value": f"={other} + 1"}
        else:
            components[key]["readonly"] = f"={other} > 1"
    try:
        form = Form.parse({"components": [*components.values()]})
    except FormUnreadable as unreadable:
        if {each.rule for each in unreadable.faults} != {"FORM-007"}:
            raise
        return

    once = filled(form, lambda path: [raw[path]] if path in raw else None, {})
    again = filled(form, lambda path: [raw[path]] if path in raw else None, {})

    assert {path: each.value for path, each in once.places.items()} == {
        path: each.value for path, each in again.places.items()
    }


@given(st.text(max_size=300))
def test_any_text_between_fields_is_blocks(text: str):
    said = "".join(span.text for each in blocks(text) for line in each.content for span in line)

    assert len(said) <= len(text)


@given(st.integers(0, 4), st.integers(1, 5))
def test_a_row_taken_away_leaves_the_others_in_order(gone: int, count: int):
    typed = {f"a/{row}/x": str(row) for row in range(count)} | {"a/rows": str(count), "b": "1"}

    left = without_row(typed, f"a/{gone}", "0")

    rows = [str(row) for row in range(count) if row != gone]
    assert [left[f"a/{row}/x"] for row in range(len(rows))] == rows
    assert left["b"] == "1"


def test_what_the_browser_is_told_is_plain_json():
    told = {
        path: [browser_rules(each), getattr(each, "places", None)]
        for path, each in EVERY.by_path.items()
    }

    assert json.loads(json.dumps(told)) == told
    assert browser_field(EVERY.fields[0])["type"] == "textfield"
    assert Decimal(browser_field(EVERY.by_path["count"])["max"]) == 500  # type: ignore[arg-type]
