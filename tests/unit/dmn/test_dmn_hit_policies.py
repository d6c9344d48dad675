"""Every hit policy answers what a plain reading of the table answers, with and without index."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dmn.drawn import NOON, decision, inputs, load, output, table

LETTERS = ("a", "b", "c", "d")
OUTPUTS = (30, 10, 20, 40)  #: in the order of their priority; 40 is not listed
POLICIES = ("UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")


@dataclass(frozen=True)
class NumberCell:
    text: str
    low: float
    high: float
    low_in: bool = True
    high_in: bool = True
    negated: bool = False

    def meets(self, value: float) -> bool:
        above = value >= self.low if self.low_in else value > self.low
        below = value <= self.high if self.high_in else value < self.high
        return (above and below) is not self.negated


@st.composite
def number_cells(draw: st.DrawFn) -> NumberCell:
    low = draw(st.integers(-3, 8))
    high = low + draw(st.integers(0, 4))
    low_in, high_in = draw(st.booleans()), draw(st.booleans())
    span = f"{'[' if low_in else '('}{low}..{high}{']' if high_in else ')'}"
    return draw(
        st.sampled_from(
            [
                NumberCell("-", -99, 99),
                NumberCell(str(low), low, low),
                NumberCell(f"< {low}", -99, low, high_in=False),
                NumberCell(f"<= {low}", -99, low),
                NumberCell(f"> {low}", low, 99, low_in=False),
                NumberCell(f">= {low}", low, 99),
                NumberCell(f"(< {low})", -99, low, high_in=False),
                NumberCell(f"(>= {low})", low, 99),
                NumberCell(span, low, high, low_in, high_in),
                NumberCell(f"not([{low}..{high}])", low, high, negated=True),
                NumberCell(f"not({low})", low, low, negated=True),
                NumberCell(f"? = {low}", low, low),
                NumberCell("> limit", 2, 99, low_in=False),
            ]
        )
    )


letter_cells = st.one_of(
    st.just(frozenset(LETTERS)),
    st.sets(st.sampled_from(LETTERS), min_size=1).map(frozenset),
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[NumberCell, frozenset[str], int]:
    return draw(number_cells()), draw(letter_cells), draw(st.sampled_from(OUTPUTS))


def _drawn(letters: frozenset[str]) -> str:
    if letters == frozenset(LETTERS):
        return "-"
    return ", ".join(f'"{each}"' for each in sorted(letters))


def _expected(policy: str, aggregation: str, hits: list[int]) -> Any:
    """Answer as clause 8.2.8 reads, on plain integers."""
    ranked = sorted(hits, key=OUTPUTS.index)
    alone = len(hits) == 1 or (policy == "ANY" and len(set(hits)) == 1)
    answers: dict[str, Any] = {
        "UNIQUE": hits[0] if alone else None,
        "ANY": hits[0] if alone else None,
        "PRIORITY": next(iter(ranked), None),
        "FIRST": next(iter(hits), None),
        "RULE ORDER": hits,
        "OUTPUT ORDER": ranked,
        "COLLECT": hits,
        "SUM": sum(hits) if hits else None,
        "COUNT": len(hits),
        "MIN": min(hits, default=None),
        "MAX": max(hits, default=None),
    }
    return answers[aggregation or policy]


@pytest.mark.parametrize(
    ("policy", "aggregation"),
    [*((each, "") for each in POLICIES), *(("COLLECT", each) for each in AGGREGATIONS)],
)
@settings(max_examples=60, deadline=None)
@given(
    drawn=st.lists(rows(), max_size=20),
    asked=st.lists(st.tuples(st.integers(-5, 14), st.sampled_from(LETTERS)), min_size=1),
)
def test_a_table_answers_what_reading_it_row_by_row_answers(
    policy: str,
    aggregation: str,
    drawn: list[tuple[NumberCell, frozenset[str], int]],
    asked: list[tuple[int, str]],
):
    rules = [((cell.text, _drawn(letters)), (str(value),)) for cell, letters, value in drawn]
    columns = table(
        ("x", "letter"),
        rules,
        policy=policy,
        aggregation=aggregation,
        outputs=[output(allowed="30, 10, 20")],
    )
    model = load(
        inputs(x="number", letter="string", limit="number"),
        decision(columns, needs=("x", "letter", "limit")),
    )

    for x, letter in asked:
        hits = [
            (at, value)
            for at, (cell, letters, value) in enumerate(drawn, 1)
            if cell.meets(x) and letter in letters
        ]
        found = model.evaluate("it", {"x": x, "letter": letter, "limit": 2}, now=NOON)

        expected = _expected(policy, aggregation, [value for _, value in hits])
        assert found.value == expected
        told = [each.number for each in found.made[-1].tables[0].hits]
        assert told == [at for at, _ in hits[: 1 if policy == "FIRST" else None]]


def test_two_hits_of_a_unique_table_are_told_and_not_hidden():
    rules = [(("> 1",), ('"a"',)), (("> 2",), ('"b"',))]
    model = load(inputs(x="number"), decision(table(("x",), rules), needs=("x",)))

    found = model.evaluate("it", {"x": 5})

    assert found.value is None
    assert found.violations == ("it: the table is unique, but rules 1, 2 are hit",)


def test_compound_outputs_are_ranked_by_the_first_column_then_by_the_next():
    outputs = [output("risk", '"high", "low"'), output("fee", "1, 2, 3")]
    rules = [
        (("-",), ('"low"', "1")),
        (("-",), ('"high"', "3")),
        (("-",), ('"high"', "2")),
    ]
    ordered = table(("x",), rules, policy="OUTPUT ORDER", outputs=outputs)

    found = load(inputs(x="number"), decision(ordered, needs=("x",))).evaluate("it", {"x": 1})

    assert found.value == [
        {"risk": "high", "fee": Decimal(2)},
        {"risk": "high", "fee": Decimal(3)},
        {"risk": "low", "fee": Decimal(1)},
    ]


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [
        ("UNIQUE", "", "none"),
        ("FIRST", "", "none"),
        ("COLLECT", "", ["none"]),
        ("COLLECT", "MAX", "none"),
    ],
)
def test_the_default_output_answers_when_no_rule_is_hit(
    policy: str, aggregation: str, expected: object
):
    columns = table(
        ("x",),
        [(("> 10",), ('"much"',))],
        policy=policy,
        aggregation=aggregation,
        outputs=[output(default='"none"')],
    )
    model = load(inputs(x="number"), decision(columns, needs=("x",)))

    assert model.evaluate("it", {"x": 1}).value == expected


def test_an_input_outside_its_allowed_values_is_no_question_for_the_table():
    column = (
        '<input label="Kind"><inputExpression typeRef="string"><text>kind</text>'
        '</inputExpression><inputValues><text>"a","b"</text></inputValues></input>'
    )
    model = load(
        inputs(kind="string"), decision(table((column,), [(("-",), ("1",))]), needs=("kind",))
    )

    assert model.evaluate("it", {"kind": "a"}).value == 1
    assert model.evaluate("it", {"kind": "z"}).value is None
    assert model.evaluate("it", {"kind": "z"}).violations == (
        'it: Kind is "z", not one of "a","b"',
    )
