"""Requirement graphs: imports, services, functions, types, and what an evaluation tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine import dmn
from engine.xml import Unreadable
from tests.unit.dmn.drawn import (
    DMN_15,
    NOON,
    ask,
    decision,
    file,
    inputs,
    knowledge,
    literal,
    load,
)

STANDARDS = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": DMN_15,
    "1.6": "https://www.omg.org/spec/DMN/20240513/MODEL/",
}


def _item(name: str, type_ref: str, allowed: str = "", *, many: bool = False) -> str:
    values = f"<allowedValues><text>{allowed}</text></allowedValues>" if allowed else ""
    return (
        f'<itemDefinition name="{name}" isCollection="{str(many).lower()}">'
        f"<typeRef>{type_ref}</typeRef>{values}</itemDefinition>"
    )


def _import(name: str, namespace: str) -> str:
    return f'<import name="{name}" namespace="{namespace}" importType="{DMN_15}"/>'


@pytest.mark.parametrize("version", STANDARDS)
def test_every_version_of_the_standard_is_read(version: str):
    parts = (inputs(x="number"), decision(literal("x * 2"), needs=("x",)))
    model = dmn.load({"a.dmn": file(*parts, standard=STANDARDS[version])})

    assert model.models[0].version == version
    assert model.evaluate("it", {"x": 21}).value == 42


def test_dmn_1_1_names_types_with_prefixes():
    parts = (
        _item("tKind", "feel:string", '"a"'),
        decision(literal('"b"'), type_ref="it:tKind"),
    )
    old = file(*parts, standard=STANDARDS["1.1"]).replace(
        b"<definitions ", b'<definitions xmlns:it="urn:it" '
    )

    assert dmn.load({"a.dmn": old}).evaluate("it", {}).value is None


@pytest.mark.parametrize(
    "content", [b"<a/>", b"no", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', b"<a>" * 10_000]
)
def test_what_is_no_model_is_refused(content: bytes):
    with pytest.raises(Unreadable):
        dmn.load({"a.dmn": content})


def test_a_decision_requires_others_and_each_is_made_once():
    model = load(
        inputs(x="number"),
        decision(literal("x + 1"), id="first", needs=("x",)),
        decision(literal("first * 2"), id="left", needs_decisions=("first",)),
        decision(literal("first * 3"), id="right", needs_decisions=("first",)),
        decision(literal("left + right"), needs_decisions=("left", "right")),
    )

    found = model.evaluate("it", {"x": 1})

    assert found.value == 10
    assert sorted(each.name for each in found.made) == ["first", "it", "left", "right"]
    assert found.made[-1].inputs == {"left": 4, "right": 6}


def test_a_chain_of_a_thousand_decisions_is_made_without_recursion():
    parts = [decision(literal("1"), id="d0")]
    parts += [
        decision(literal(f"d{at} + 1"), id=f"d{at + 1}", needs_decisions=(f"d{at}",))
        for at in range(1000)
    ]

    assert load(*parts).evaluate("d1000", {}).value == 1001


def test_a_circle_of_requirements_ends_and_is_told():
    found = load(
        decision(literal("other"), needs_decisions=("other",)),
        decision(literal("it"), id="other", needs_decisions=("it",)),
    ).evaluate("it", {})

    assert found.value is None
    assert "requires itself" in found.violations[0]


def test_a_decision_sees_only_what_it_requires():
    parts = (inputs(x="number", y="number"), decision(literal("y"), needs=("x",)))

    assert load(*parts).evaluate("it", {"x": 1, "y": 2}).value is None
    assert load(*parts).evaluate("it", {"x": 1, "y": 2}, all_see_inputs=True).value == 2


def test_an_import_is_reached_on_two_ways_with_inputs_of_their_own():
    asked = file(
        inputs(person="string"),
        decision(literal('"Hello, " + person'), id="greet", needs=("person",)),
        namespace="urn:a",
    )
    through = {
        name: file(
            _import("A", "urn:a"),
            decision(literal("A.greet"), id="said", needs_decisions=("urn:a#greet",)),
            namespace=f"urn:{name}",
        )
        for name in ("b", "c")
    }
    both = literal('B.said + "; " + C.said')
    model = load(
        _import("B", "urn:b"),
        _import("C", "urn:c"),
        decision(both, needs_decisions=("urn:b#said", "urn:c#said")),
        a=asked,
        **through,
    )

    found = model.evaluate("it", {"B": {"A": {"person": "Ali"}}, "C": {"A": {"person": "Zahra"}}})

    assert found.value == "Hello, Ali; Hello, Zahra"


def test_an_import_without_a_name_shows_its_elements_and_types_bare():
    other = file(
        _item("tWord", "string"),
        knowledge("greet", {"whom": "tWord"}, literal('"Hello, " + whom')),
        namespace="urn:a",
    )
    model = load(
        _import("", "urn:a"),
        decision(literal('greet("Ali")'), knows=("urn:a#greet",), type_ref="tWord"),
        a=other,
    )

    assert model.evaluate("it", {}).value == "Hello, Ali"


def test_a_business_knowledge_model_checks_its_arguments_and_may_call_itself():
    factorial = knowledge(
        "fac", {"n": "number"}, literal("if n < 2 then 1 else n * fac(n - 1)"), "number"
    )

    assert ask(factorial, decision(literal("fac(10)"), knows=("fac",))) == 3628800
    assert ask(factorial, decision(literal('fac("a")'), knows=("fac",))) is None
    assert ask(factorial, decision(literal("fac(1, 2)"), knows=("fac",))) is None
    assert ask(factorial, decision(literal("fac(n: 3)"), knows=("fac",))) == 6


def test_a_function_without_end_is_ended():
    for_ever = knowledge("f", {"n": "number"}, literal("f(n + 1)"))

    assert ask(for_ever, decision(literal("f(1)"), knows=("f",))) is None


def test_an_evaluation_without_end_is_ended_and_told():
    twice = knowledge("f", {"n": "number"}, literal("f(n) + f(n)"))

    found = load(twice, decision(literal("f(1)"), knows=("f",))).evaluate("it", {})

    assert found.value is None
    assert "more than 50000 expressions" in found.violations[0]


SERVICE = (
    inputs(x="number"),
    decision(literal("x * 10"), id="given", needs=("x",)),
    decision(literal("given + x"), id="inner", needs=("x",), needs_decisions=("given",)),
    decision(literal("inner + 1"), id="outer", needs_decisions=("inner",)),
    (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#outer"/>'
        '<encapsulatedDecision href="#inner"/><inputDecision href="#given"/>'
        '<inputData href="#x"/></decisionService>'
    ),
)


def test_a_decision_service_takes_input_decisions_as_given():
    assert load(*SERVICE).evaluate("s", {"x": 1, "given": 100}).value == 102


def test_a_decision_service_is_a_function_to_decisions():
    both = load(*SERVICE, decision(literal("s(1, 100)"), knows=("s",)))
    named = load(*SERVICE, decision(literal("s(given: 5, x: 2)"), knows=("s",)))

    assert both.evaluate("it", {}).value == 102
    assert named.evaluate("it", {}).value == 8


def test_a_decision_service_with_several_outputs_answers_a_context():
    model = load(
        decision(literal("1"), id="a"),
        decision(literal("2"), id="b"),
        '<decisionService id="s" name="s"><outputDecision href="#a"/><outputDecision href="#b"/>'
        "</decisionService>",
    )

    assert model.evaluate("s", {}).value == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "type_ref", "expected"),
    [
        ("[1]", "number", 1),
        ("1", "tNumbers", [1]),
        ("[1, 2]", "number", None),
        ('"a"', "number", None),
        ("date(2026, 1, 2)", "date and time", datetime(2026, 1, 2, tzinfo=UTC)),
        ('"b"', "tLetter", "b"),
        ('"z"', "tLetter", None),
        ('["a", "b"]', "tLetters", ["a", "b"]),
        ('["a", "z"]', "tLetters", None),
        ("null", "tLetter", None),
    ],
)
def test_values_are_converted_to_their_type_or_null(text: str, type_ref: str, expected: object):
    types = (
        _item("tNumbers", "number", many=True),
        _item("tLetter", "string", '"a", "b"'),
        _item("tLetters", "string", '"a", "b"', many=True),
    )

    assert ask(*types, decision(literal(text), type_ref=type_ref)) == expected


def test_a_type_may_speak_of_itself():
    tree = (
        '<itemDefinition name="tTree"><itemComponent name="value"><typeRef>number</typeRef>'
        '</itemComponent><itemComponent name="below" isCollection="true"><typeRef>tTree</typeRef>'
        "</itemComponent></itemDefinition>"
    )
    good = decision(literal("{value: 1, below: [{value: 2, below: []}]}"), type_ref="tTree")
    bad = decision(literal('{value: 1, below: [{value: "2", below: []}]}'), type_ref="tTree")

    assert ask(tree, good) == {"value": 1, "below": [{"value": 2, "below": []}]}
    assert ask(tree, bad) is None


def test_models_that_import_one_another_look_for_types_once_each():
    there = file(_import("", "urn:it"), namespace="urn:a")
    model = load(_import("", "urn:a"), decision(literal("1"), type_ref="tNowhere"), a=there)

    assert model.evaluate("it", {}).value == 1


def test_an_expression_may_ask_for_the_model_s_types():
    whole = (_item("tNumbers", "number", many=True), decision(literal("[1] instance of tNumbers")))

    assert ask(*whole) is True


def test_json_values_become_what_the_inputs_say():
    types = (
        '<itemDefinition name="tSpan"><itemComponent name="from"><typeRef>date</typeRef>'
        '</itemComponent><itemComponent name="length"><typeRef>days and time duration</typeRef>'
        "</itemComponent></itemDefinition>"
    )
    model = load(
        types, inputs(span="tSpan"), decision(literal("span.from + span.length"), needs=("span",))
    )
    given = model.restored("it", {"span": {"from": "2026-01-31", "length": "P1D"}, "else": "P1D"})

    assert given == {
        "span": {"from": date(2026, 1, 31), "length": timedelta(days=1)},
        "else": "P1D",
    }
    assert model.evaluate("it", given).value == date(2026, 2, 1)


def test_the_moment_is_the_caller_s():
    asked = decision(literal("now()"))

    assert ask(asked) == NOON
    assert load(asked).evaluate("it", {}).value is None


def test_an_explanation_is_plain_data_and_cuts_what_is_long():
    model = load(inputs(x="list"), decision(literal("count(x)"), needs=("x",)))

    facts = model.evaluate("it", {"x": ["a" * 100] * 100}).facts()

    assert facts["decisions"][0]["value"] == 100
    assert facts["decisions"][0]["inputs"] == {"x": "(list of 10400 characters)"}
    assert len(facts["version"]) == 64


def test_a_decision_that_is_nowhere_is_not_found():
    with pytest.raises(dmn.DecisionNotFound):
        load(inputs(x="number")).evaluate("x", {"x": 1})


def test_a_float_is_no_input():
    model = load(inputs(x="number"), decision(literal("x"), needs=("x",)))

    with pytest.raises(TypeError):
        model.evaluate("it", {"x": 0.1})


def test_numbers_are_exact():
    assert ask(decision(literal("0.1 + 0.2"))) == Decimal("0.3")


def test_names_with_signs_in_them_are_found():
    person = (
        '<inputData id="p" name="Person\'s age/10"><variable name="Person\'s age/10"/></inputData>'
    )
    model = load(person, decision(literal("Person's age/10 + 1"), needs=("p",)))

    assert model.evaluate("it", {"Person's age/10": 4}).value == 5
