"""What an expression reads of its scope."""

from __future__ import annotations

import pytest

from engine import feel
from engine.bpmn.conditions import compile_feel


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("amount > 5", [("amount",)]),
        ("bill.amount > limit", [("bill", "amount"), ("limit",)]),
        ("bill.amount > 5 and bill != null", [("bill",)]),
        ("a.b.c > a.b.d", [("a", "b", "c"), ("a", "b", "d")]),
        ("a.b = null or a.b.c > 1", [("a", "b")]),
        ("some x in lines satisfies x.price > limit", [("limit",), ("lines",)]),
        ("sum(bill.lines.price) > 5", [("bill", "lines", "price")]),
        ("lines[price > limit] != null", [("lines",)]),
        ("5 > 3", []),
    ],
)
def test_the_paths_read(text: str, paths: list[tuple[str, ...]]):
    assert list(feel.looked_at(feel.compile_expression(text))) == paths


def test_of_a_context_only_what_was_read_is_kept():
    seen = compile_feel("bill.amount > 5 and bill.by.name = kind").seen(
        {"bill": {"amount": 7, "by": {"name": "x", "id": 1}, "lines": [1]}, "kind": "x", "other": 1}
    )

    assert seen == {"bill": {"amount": 7, "by": {"name": "x"}}, "kind": "x"}


def test_long_values_are_told_by_their_length():
    seen = compile_feel("count(lines) > 5 and note != null").seen(
        {"lines": list(range(1500)), "note": "n" * 5000}
    )

    assert seen["lines"] == "(1500)"
    assert len(str(seen["note"])) == 201


def test_what_the_case_does_not_have_is_not_seen():
    assert compile_feel("bill.amount > 5 and missing").seen({"bill": {}}) == {"bill": {}}
