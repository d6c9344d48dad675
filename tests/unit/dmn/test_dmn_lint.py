"""Each rule of lint has an example; what it says of regions is what trying them all says."""

from __future__ import annotations

import time
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import dmn
from engine.dmn.cells import cover_of
from engine.dmn.index import Index
from engine.feel import compile_unary_tests
from engine.findings import Finding
from tests.unit.dmn.drawn import (
    decision,
    file,
    inputs,
    literal,
    load,
    output,
    table,
)
from tests.unit.dmn.test_dmn_hit_policies import NumberCell, number_cells

X = inputs(x="number")


def _column(text: str, allowed: str = "", type_ref: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    values = f"<inputValues><text>{allowed}</text></inputValues>" if allowed else ""
    return (
        f'<input label="{text}"><inputExpression{typed}><text>{text}</text></inputExpression>'
        f"{values}</input>"
    )


def _on_x(*rows: tuple[str, str], policy: str = "UNIQUE", **more: Any) -> str:
    rules = [((test,), (value,)) for test, value in rows]
    return decision(table(("x",), rules, policy=policy, **more), needs=("x",))


def _lint(*parts: str, **others: bytes) -> list[Finding]:
    files = {f"{name}.dmn": content for name, content in others.items()}
    return dmn.lint({"it.dmn": file(*parts), **files})


DECISION_OF_JUEL = decision(
    '<literalExpression expressionLanguage="juel"><text>${x}</text></literalExpression>'
)
JAVA = (
    '<businessKnowledgeModel id="b" name="b"><encapsulatedLogic kind="Java">'
    f"{literal('1')}</encapsulatedLogic></businessKnowledgeModel>"
)
IMPORT = '<import name="m" namespace="urn:nowhere" importType="{}"/>'
DMN_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"
SIDE_BY_SIDE = table(("x",), [(("< 5",), ("1",)), ((">= 5",), ("2",))])


@pytest.mark.parametrize(
    ("rule", "refuses", "parts"),
    [
        ("DMN-002", True, [X, X]),
        (
            "DMN-004",
            True,
            [
                f'<itemDefinition name="t{at}"><itemComponent name="c"><typeRef>t{at + 1}</typeRef>'
                "</itemComponent></itemDefinition>"
                for at in range(2_000)
            ],
        ),
        ("DMN-003", True, [IMPORT.format(DMN_15)]),
        ("DMN-003", False, [IMPORT.format("http://www.w3.org/2001/XMLSchema")]),
        ("DMN-010", True, [decision(literal("1"), needs=("nothing",))]),
        ("DMN-010", True, [X, decision(literal("1"), knows=("x",))]),
        ("DMN-011", True, [decision(literal("1"), needs_decisions=("it",))]),
        ("DMN-012", False, [decision("")]),
        ("DMN-012", True, [decision("<dreaming/>")]),
        ("DMN-012", True, [decision(literal(""))]),
        ("DMN-020", True, [decision(literal("1 +"))]),
        ("DMN-021", True, [X, _on_x(("> ", "1"))]),
        ("DMN-022", True, [decision(literal("1"), type_ref="nonsense")]),
        (
            "DMN-022",
            True,
            [
                '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>',
                '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>',
                decision(table(("1",), [(("1",), ("1",))], outputs=[output(type_ref="a")])),
            ],
        ),
        ("DMN-023", True, [DECISION_OF_JUEL]),
        ("DMN-023", True, [JAVA]),
        ("DMN-024", False, [decision(literal("x + 1"))]),
        ("DMN-030", True, [X, _on_x(("-", "1"), policy="NEWEST")]),
        ("DMN-030", True, [X, _on_x(("-", "1"), policy="FIRST", aggregation="SUM")]),
        ("DMN-030", True, [X, _on_x(("-", "1"), policy="PRIORITY")]),
        ("DMN-031", True, [X, decision(table(("x",), [(("-", "-"), ("1",))]), needs=("x",))]),
        ("DMN-031", True, [X, _on_x(("-", ""))]),
        (
            "DMN-034",
            True,
            [X, decision(table((_column("x", "", "number"),), [(('"a"',), ("1",))]), needs=("x",))],
        ),
        (
            "DMN-034",
            True,
            [X, _on_x(("-", '"c"'), outputs=[output(allowed='"a", "b"')])],
        ),
        ("DMN-034", True, [X, _on_x(("-", '"c"'), outputs=[output(type_ref="number")])]),
        ("DMN-040", True, [X, _on_x(("> 1", "1"), ("> 2", "2"))]),
        ("DMN-040", True, [X, _on_x(("> 1", "1"), ("> 2", "2"), policy="ANY")]),
        ("DMN-041", False, [X, _on_x(("> 1", "1"))]),
        ("DMN-042", False, [X, _on_x(("> 1", "1"), ("> 2", "2"), ("-", "3"), policy="FIRST")]),
        ("DMN-042", False, [X, _on_x(("[5..1]", "1"), ("-", "3"))]),
    ],
)
def test_each_rule_finds_its_example(rule: str, refuses: bool, parts: list[str]):
    assert (rule, refuses) in {(each.rule, each.refuses) for each in _lint(*parts)}


def test_a_sound_model_has_no_findings():
    assert _lint(X, decision(SIDE_BY_SIDE, needs=("x",))) == []


def test_what_is_no_model_is_told_and_the_others_are_examined():
    found = dmn.lint({"a.dmn": b"<no/>", "b.dmn": file(decision(literal("1 +")))})

    assert [(each.rule, each.file) for each in found] == [
        ("DMN-001", "a.dmn"),
        ("DMN-020", "b.dmn"),
    ]


def test_two_models_of_one_namespace_are_refused():
    assert [each.rule for each in _lint(other=file())] == ["DMN-002"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((("> 1", "1"), ("< -1", "2")), "no rule is hit when x is [-1..1]"),
        ((("<= 1", "1"), ("(1..3)", "2"), ("> 3", "3")), "no rule is hit when x is 3"),
        ((("1, 2", "1"),), "no rule is hit when x is < 1, (1..2), > 2"),
    ],
)
def test_a_gap_is_told_as_an_analyst_would_write_it(
    rows: tuple[tuple[str, str], ...], message: str
):
    assert [each.message for each in _lint(X, _on_x(*rows))] == [message]


def test_a_gap_between_two_columns_names_both_and_keeps_to_the_allowed_values():
    columns = (_column("kind", '"a","b"', "string"), _column("paid", "", "boolean"))
    rules = [(('"a"', "-"), ("1",)), (('"b"', "true"), ("2",))]
    given = inputs(kind="string", paid="boolean")

    [gap] = _lint(given, decision(table(columns, rules), needs=("kind", "paid")))

    assert gap.message == 'no rule is hit when kind is "b" and paid is false'


def test_a_cell_that_looks_at_other_variables_is_no_reason_to_claim_anything():
    limited = inputs(limit="number")
    rules = [(("> limit",), ("1",)), (("> 3",), ("2",)), (("<= 3",), ("3",))]

    found = _lint(X, limited, decision(table(("x",), rules), needs=("x", "limit")))

    assert found == []


def test_the_rows_that_overlap_are_named():
    [overlap] = _lint(X, _on_x(("< 5", "1"), ("[5..9]", "2"), (">= 9", "3")))

    assert (overlap.params["rows"], overlap.element_id) == ("2, 3", "table")


@settings(max_examples=150, deadline=None)
@given(
    drawn=st.lists(
        st.tuples(number_cells(), number_cells()).filter(
            lambda row: not any(each.text == "> limit" or "?" in each.text for each in row)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_overlaps_and_gaps_are_those_that_trying_every_point_finds(
    drawn: list[tuple[NumberCell, NumberCell]],
):
    rules = [((a.text, b.text), ("1",)) for a, b in drawn]
    both = inputs(x="number", y="number")
    found = _lint(both, decision(table(("x", "y"), rules), needs=("x", "y")))

    halves = [each / 2 for each in range(-10, 30)]
    points = [(x, y) for x in halves for y in halves]
    hit = [
        {at for at, (a, b) in enumerate(drawn, 1) if a.meets(x) and b.meets(y)} for x, y in points
    ]
    tried = {f"{a}, {b}" for each in hit for a, b in combinations(sorted(each), 2)}
    assert {each.params["rows"] for each in found if each.rule == "DMN-040"} == tried
    assert any(each.rule == "DMN-041" for each in found) is (set() in hit)
    never = {str(at) for at in range(1, len(drawn) + 1) if not any(at in each for each in hit)}
    assert {each.params["rows"] for each in found if each.rule == "DMN-042"} == never


def test_a_table_of_a_thousand_rules_is_examined_and_asked_at_once():
    rules = [((f'"k{each}"', f"[{each}..{each + 1})"), (str(each),)) for each in range(1000)]
    whole = decision(table(("k", "x"), rules), needs=("k", "x"))
    parts = (inputs(k="string", x="number"), whole)

    begun = time.thread_time()
    found = _lint(*parts)
    model = load(*parts)

    assert {each.rule for each in found} == {"DMN-041"}
    assert model.evaluate("it", {"k": "k700", "x": 700}).value == 700
    assert time.thread_time() - begun < 20


@pytest.mark.parametrize("size", [100, 3_000])
def test_an_indexed_table_asks_few_rules_however_many_there_are(size: int):
    cells = [compile_unary_tests(f"[{each}..{each + 1})") for each in range(size)]
    anything, opaque = compile_unary_tests("-"), compile_unary_tests("> limit")
    rows = [[cover_of(each)] for each in (*cells, anything, opaque)]
    index = Index(rows)

    assert list(index.candidates([Decimal(77)])) == [77, size, size + 1]
    assert list(index.candidates([Decimal(-1)])) == [size, size + 1]
    assert len(index.candidates(["text"])) == size + 2
