"""Variables that hold objects and lists, as the fields of a form they fill in."""

from __future__ import annotations

import json
from decimal import Decimal

from forms import Form, read_submission
from tests.kit.forms import FOLDER, READ
from webapp.engine_rest.nested import texts_under

FORM = Form.parse(json.loads((FOLDER / "forms" / "everything.form").read_text("utf-8")))
ROWS = [{"title": "میلگرد", "number": Decimal(10), "price": 100_000}, {"title": "سیمان"}]


def test_rows_objects_and_parts_are_read_as_if_they_had_been_typed():
    texts = {"goods": "لوله"}
    for name in ("seller", "period", "visit", "signature"):
        found, unknown = texts_under(FORM, name, READ[name])
        assert unknown == []
        texts |= found  # type: ignore[arg-type]
    found, unknown = texts_under(FORM, "items", ROWS)
    assert unknown == []

    answer = read_submission(FORM, {**texts, **found}, outcome="send")

    for name in ("seller", "period", "visit", "signature"):
        assert answer[name] == READ[name]
    assert [(each["title"], each["line"]) for each in answer["items"]] == [  # type: ignore[index,call-overload,union-attr]
        ("میلگرد", 1_000_000),
        ("سیمان", None),
    ]


def test_entries_the_form_does_not_ask_are_named():
    _, unknown = texts_under(FORM, "seller", {"iban": "x", "owner": {"name": "y"}})
    assert unknown == ["seller.owner"]
    _, unknown = texts_under(FORM, "items", [{"title": "x", "colour": "red"}, 7])
    assert unknown == ["items/0/colour", "items/1"]
    assert texts_under(FORM, "nobody", {"a": 1}) == ({}, ["nobody"])
