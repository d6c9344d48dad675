"""A table by itself says what its decision says; a gap's example lies in the gap."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import dmn
from engine.dmn import sheets
from tests.unit.dmn.drawn import NOON, decision, file, inputs, knowledge, literal, output, table

amounts = st.decimals(-5, 15, allow_nan=False, places=1)
tests_of_amounts = st.sampled_from(
    ["< 3", "> 8", "[2..5]", "(4..9)", "7", "not(7)", "<= 0", "5, 6", "10"]
)
kinds = st.sampled_from(['"a"', '"b"', 'not("a")', '"a","c"', "-"])


def _model(rules: list[tuple[str, str]], policy: str) -> bytes:
    rows = [(each, (str(number),)) for number, each in enumerate(rules)]
    columns = table(("amount", "kind"), rows, policy=policy, outputs=[output("it")])
    return file(inputs(amount="number", kind="string"), decision(columns, needs=("amount", "kind")))


@given(
    st.lists(st.tuples(tests_of_amounts, kinds), min_size=1, max_size=4),
    st.sampled_from(["UNIQUE", "FIRST", "COLLECT"]),
    amounts,
    st.sampled_from(["a", "b", "x"]),
)
def test_a_table_tried_by_itself_answers_as_its_decision_does(rules, policy, amount, kind):
    decisions = dmn.load({"it.dmn": _model(rules, policy)})

    tried = decisions.trial("it")([amount, kind], now=NOON)

    found = decisions.evaluate("it", {"amount": amount, "kind": kind}, now=NOON)
    assert tried.value == found.facts()["decisions"][-1]["value"]
    assert bool(tried.violations) == bool(found.violations)
    [seen] = found.made[-1].tables
    assert tried.rules == tuple(each.number for each in seen.hits)


@settings(max_examples=25)
@given(st.lists(st.tuples(tests_of_amounts, kinds), min_size=1, max_size=4))
def test_the_example_of_a_gap_is_taken_by_no_rule_and_the_rule_made_for_it_takes_it(rules):
    content = _model(rules, "FIRST")
    report = sheets.examined({"it.dmn": content}, "it.dmn", "it")

    for gap in report.gaps:
        values: list[Any] = [Decimal(1) if gap.example[0] is None else gap.example[0]]
        values.append("another" if gap.example[1] is None else gap.example[1])
        assert dmn.load({"it.dmn": content}).trial("it")(values).rules == ()
        filled = _model([*rules, (gap.tests[0], gap.tests[1])], "FIRST")
        assert dmn.load({"it.dmn": filled}).trial("it")(values).rules == (len(rules) + 1,)


def test_a_table_alone_knows_the_functions_and_the_types_of_its_decision():
    columns = table(("amount",), [(("> limit(2)",), ("1",))], outputs=[output("it")])
    model = file(
        inputs(amount="number"),
        knowledge("limit", {"n": "number"}, literal("n * 10")),
        decision(columns, needs=("amount",), knows=("limit",)),
    )
    trial = dmn.load({"it.dmn": model}).trial("it")

    assert (trial([21]).rules, trial([19]).rules) == ((1,), ())


def test_what_is_no_table_cannot_be_tried():
    model = file(decision(literal("1")))

    with pytest.raises(dmn.DecisionNotFound):
        dmn.load({"it.dmn": model}).trial("it")
