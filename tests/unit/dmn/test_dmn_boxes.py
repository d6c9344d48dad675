"""Boxed expressions of every kind, as the standard reads them."""

from __future__ import annotations

import pytest

from tests.unit.dmn.drawn import ask, decision, literal, load, variable


def _entry(name: str, logic: str, type_ref: str = "") -> str:
    named = variable(name, type_ref) if name else ""
    return f"<contextEntry>{named}{logic}</contextEntry>"


def _in(name: str, logic: str) -> str:
    return f"<{name}>{logic}</{name}>"


def _iterator(kind: str, source: str, body: str, variable_name: str = "n") -> str:
    inner = "return" if kind == "for" else "satisfies"
    return (
        f'<{kind} iteratorVariable="{variable_name}">{_in("in", literal(source))}'
        f"{_in(inner, literal(body))}</{kind}>"
    )


def test_an_entry_of_a_context_sees_those_above_it():
    box = f"<context>{_entry('a', literal('1'))}{_entry('b', literal('a + 1'))}</context>"

    assert ask(decision(box)) == {"a": 1, "b": 2}


def test_the_entry_without_a_name_is_the_context_s_result():
    box = f"<context>{_entry('a', literal('1'))}{_entry('', literal('a + 1'))}</context>"

    assert ask(decision(box)) == 2


def test_an_entry_of_another_type_is_null():
    box = f"<context>{_entry('a', literal('1'), 'string')}</context>"

    assert ask(decision(box)) == {"a": None}


FUNCTION = (
    '<functionDefinition><formalParameter name="n" typeRef="number"/>'
    "<literalExpression><text>if n = 0 then 0 else n + total(n - 1)</text></literalExpression>"
    "</functionDefinition>"
)


def test_a_function_in_a_context_is_called_by_expressions_and_by_itself():
    box = f"<context>{_entry('total', FUNCTION)}{_entry('', literal('total(4)'))}</context>"

    assert ask(decision(box)) == 10


def test_an_invocation_binds_parameters_by_name():
    argument = f'<binding><parameter name="n"/>{literal("3")}</binding>'
    bound = f"<invocation>{literal('total')}{argument}</invocation>"
    box = f"<context>{_entry('total', FUNCTION)}{_entry('', bound)}</context>"

    assert ask(decision(box)) == 6


def test_a_built_in_function_may_be_invoked():
    box = (
        f'<invocation>{literal("abs")}<binding><parameter name="n"/>{literal("-3")}</binding>'
        "</invocation>"
    )

    assert ask(decision(box)) == 3


def test_an_invocation_of_no_function_is_null():
    box = f"<invocation>{literal('1')}</invocation>"

    assert ask(decision(box)) is None


def test_java_is_not_run():
    box = f'<functionDefinition kind="Java">{literal("1")}</functionDefinition>'

    assert ask(decision(box)) is None


def test_a_list_and_a_relation():
    columns = '<column name="a"/><column name="b" typeRef="string"/>'
    rows = f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('null')}</row>"

    assert ask(decision(f"<list>{literal('1')}{literal('[2]')}</list>")) == [1, [2]]
    assert ask(decision(f"<relation>{columns}{rows}</relation>")) == [
        {"a": 1, "b": None},
        {"a": 3, "b": None},
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("true", "yes"), ("false", "no"), ("null", "no"), ('"word"', None)],
)
def test_a_conditional(condition: str, expected: object):
    parts = _in("then", literal('"yes"')) + _in("else", literal('"no"'))
    box = f"<conditional>{_in('if', literal(condition))}{parts}</conditional>"
    assert ask(decision(box)) == expected


def _filter(source: str, match: str) -> str:
    return f"<filter>{_in('in', literal(source))}{_in('match', literal(match))}</filter>"


def test_a_filter_sees_the_item_and_its_entries():
    assert ask(decision(_filter("[1, 2, 3]", "item > 1"))) == [2, 3]
    assert ask(decision(_filter("[{a: 1}, {a: 5}]", "a > 1"))) == [{"a": 5}]
    assert ask(decision(_filter("4", "item > 1"))) == [4]
    assert ask(decision(_filter("[1]", '"word"'))) is None


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (_iterator("for", "[1, 2]", "n * 2"), [2, 4]),
        (_iterator("for", "[1..3]", "n"), [1, 2, 3]),
        (_iterator("for", "[1, 2, 3]", "count(partial) + n"), [1, 3, 5]),
        (_iterator("for", "null", "n"), None),
        (_iterator("some", "[1, 2]", "n > 1"), True),
        (_iterator("some", "[1, 2]", "n > 2"), False),
        (_iterator("some", "[1, 2]", "null"), None),
        (_iterator("every", "[1, 2]", "n > 0"), True),
        (_iterator("every", "[1, 2]", "n > 1"), False),
        (_iterator("every", "[]", "n > 1"), True),
    ],
)
def test_iterators(box: str, expected: object):
    assert ask(decision(box)) == expected


def test_what_is_no_feel_is_null_and_the_reason_is_told():
    found = load(decision(literal("1 +"))).evaluate("it", {})

    assert found.value is None
    assert "is not FEEL" in found.warnings[0]
