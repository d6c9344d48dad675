"""A translated expression means in FEEL what it meant where it was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.bpmn.languages import (
    Untranslated,
    juel_setting,
    juel_to_feel,
    python_to_feel,
    said_instead,
    template_to_feel,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def value(text: str, scope: Mapping[str, object]) -> Any:
    return feel.compile_expression(text).evaluate(scope, now=NOON).value


# -- what JUEL means, by its specification (JSR-245, EL 2.1, sections 1.7 to 1.12), for numbers
#    that are there, and for texts, truths and lists that may be null


@dataclass(frozen=True)
class Meant:
    """An expression as written, and what it means."""

    text: str
    of: Callable[[Mapping[str, Any]], Any]


def _binary(sign: str, left: Meant, right: Meant, of: Callable[[Any, Any], Any]) -> Meant:
    return Meant(f"({left.text} {sign} {right.text})", lambda v: of(left.of(v), right.of(v)))


def _remainder(a: Decimal, b: Decimal) -> Decimal:
    """Java's: with the sign of the dividend; `Decimal` has the same."""
    return a % b


def _before(a: Any, b: Any) -> bool:
    return a is not None and b is not None and a < b


_NAMED = {name: (lambda v, name=name: v[name]) for name in "nmktspqlc"}
_NUMBER_LEAVES = st.one_of(
    st.integers(0, 12).map(lambda n: Meant(str(n), lambda v: Decimal(n))),
    st.sampled_from("nm").map(lambda name: Meant(name, _NAMED[name])),
    st.just(Meant("c.x", lambda v: v["c"]["x"])),
    st.just(Meant("c['x']", lambda v: v["c"]["x"])),
    st.just(Meant("l[0]", lambda v: v["l"][0])),
    st.just(Meant("l.size()", lambda v: Decimal(len(v["l"])))),
    st.just(Meant("execution.getVariable('n')", lambda v: v["n"])),
)
_TEXT_LEAVES = st.one_of(
    st.text(alphabet="ab'\"\\ {}$ی\u200c", max_size=4).map(
        lambda t: Meant("'" + t.replace("\\", "\\\\").replace("'", "\\'") + "'", lambda v: t)
    ),
    st.sampled_from("st").map(lambda name: Meant(name, _NAMED[name])),
)


def _numbers() -> Any:
    def wider(inner: Any) -> Any:
        divisor = st.sampled_from(["2", "4", "5"]).map(lambda d: Meant(d, lambda v: Decimal(d)))
        return st.one_of(
            st.builds(lambda a, b: _binary("+", a, b, lambda x, y: x + y), inner, inner),
            st.builds(lambda a, b: _binary("-", a, b, lambda x, y: x - y), inner, inner),
            st.builds(lambda a, b: _binary("*", a, b, lambda x, y: x * y), inner, inner),
            st.builds(lambda a, b: _binary("/", a, b, lambda x, y: x / y), inner, divisor),
            st.builds(lambda a, b: _binary("mod", a, b, _remainder), inner, divisor),
            st.builds(lambda a: Meant(f"-{a.text}", lambda v: -a.of(v)), inner),
        )

    return st.recursive(_NUMBER_LEAVES, wider, max_leaves=4)


def _choices(test: Any, inner: Any) -> Any:
    return st.builds(
        lambda c, a, b: Meant(
            f"({c.text} ? {a.text} : {b.text})",
            lambda v: a.of(v) if c.of(v) else b.of(v),
        ),
        test,
        inner,
        inner,
    )


NUMBERS = _numbers()
_TRUTH_LEAVES = st.one_of(
    st.sampled_from(["true", "false"]).map(lambda t: Meant(t, lambda v: t == "true")),
    st.sampled_from("pq").map(lambda name: Meant(name, lambda v: v[name] is True)),
    st.builds(lambda a, b: _binary("<", a, b, _before), NUMBERS, NUMBERS),
    st.builds(lambda a, b: _binary("ge", a, b, lambda x, y: x >= y), NUMBERS, NUMBERS),
    st.builds(lambda a, b: _binary("==", a, b, lambda x, y: x == y), NUMBERS, NUMBERS),
    st.builds(lambda b: Meant(f"(k < {b.text})", lambda v: _before(v["k"], b.of(v))), NUMBERS),
    st.builds(lambda a, b: _binary("eq", a, b, lambda x, y: x == y), _TEXT_LEAVES, _TEXT_LEAVES),
    st.builds(lambda a, b: _binary("!=", a, b, lambda x, y: x != y), _TEXT_LEAVES, _TEXT_LEAVES),
    st.sampled_from("slk").map(
        lambda name: Meant(f"(empty {name})", lambda v: v[name] is None or v[name] in ("", []))
    ),
    st.just(Meant("(k == null)", lambda v: v["k"] is None)),
)


def _wider(inner: Any) -> Any:
    return st.one_of(
        st.builds(lambda a, b: _binary("&&", a, b, lambda x, y: x and y), inner, inner),
        st.builds(lambda a, b: _binary("or", a, b, lambda x, y: x or y), inner, inner),
        st.builds(lambda a: Meant(f"!({a.text})", lambda v: not a.of(v)), inner),
        st.builds(lambda a: Meant(f"(not {a.text})", lambda v: not a.of(v)), inner),
        _choices(inner, inner),
        st.builds(
            lambda a, b: Meant(
                f"((({a.text}) && true) == (({b.text}) || false))",
                lambda v: bool(a.of(v)) == bool(b.of(v)),
            ),
            inner,
            inner,
        ),
    )


TRUTHS = st.recursive(_TRUTH_LEAVES, _wider, max_leaves=6)
SCOPES = st.fixed_dictionaries(
    {
        "n": st.integers(-20, 20).map(Decimal),
        "m": st.integers(-20, 20).map(Decimal),
        "k": st.none() | st.integers(-5, 5).map(Decimal),
        "s": st.none() | st.sampled_from(["", "a", "b'"]),
        "t": st.none() | st.sampled_from(["", "a", "ab"]),
        "p": st.none() | st.booleans(),
        "q": st.none() | st.booleans(),
        "l": st.lists(st.integers(0, 3).map(Decimal), min_size=1, max_size=3),
        "c": st.integers(0, 9).map(lambda x: {"x": Decimal(x)}),
    }
)


@given(TRUTHS, SCOPES)
@settings(max_examples=200, deadline=None)
def test_a_condition_in_juel_holds_in_feel_when_it_held_there(meant, scope):
    told = juel_to_feel("${" + meant.text + "}")
    assert (value(told, scope) is True) == bool(meant.of(scope)), told


@given(NUMBERS, SCOPES)
@settings(max_examples=100, deadline=None)
def test_a_calculation_in_juel_has_the_same_result_in_feel(meant, scope):
    told = juel_to_feel("#{" + meant.text + "}")
    assert value(told, scope) == meant.of(scope), told


@given(
    st.lists(st.one_of(_TEXT_LEAVES, st.text("x y-:", min_size=1, max_size=3)), max_size=4), SCOPES
)
@settings(max_examples=100, deadline=None)
def test_a_text_with_expressions_in_it_is_the_same_text_in_feel(parts, scope):
    text = "".join(each if isinstance(each, str) else "${" + each.text + "}" for each in parts)
    meant = [each if isinstance(each, str) else each.of(scope) for each in parts]
    if len(meant) == 1 and not isinstance(parts[0], str):
        expected = meant[0]  # an expression alone keeps its value, null included
    else:
        expected = "".join(each or "" for each in meant)
    if text.strip() == text:
        assert value(template_to_feel(text), scope) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("${amount > 1000 && !approved}", "amount > 1000 and approved != true"),
        ("${order.lines[0].price * 2}", "order.lines[1].price * 2"),
        ("${kind == 'goods' ? 'a' : 'b'}", 'if kind = "goods" then "a" else "b"'),
        ("PT${hours}H", 'string join(["PT", string(hours), "H"])'),
        ("${!(a == b)}", "a != b"),
        ("${not empty notes}", 'not(list contains([null, "", [], {}], notes))'),
        ("${loopCounter == 0}", "loopCounter - 1 = 0"),
        ("${dateTime().plusWeeks(2)}", 'now() + duration("P14D")'),
        ("${name.toLowerCase().startsWith('x')}", 'starts with(lower case(name), "x")'),
        ("${(a < b) == done}", "((a < b) = true) = done"),
    ],
)
def test_a_translation_is_the_feel_a_person_would_write(text, told):
    assert juel_to_feel(text) == told


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("${payer.accepts(amount)}", "let a service task compute it"),
        ("${execution.processBusinessKey}", "give the case a variable"),
        ("${task}", "give the case a variable"),
        ("${list.contains(x)}", "list contains(list, item)"),
        ("${lines[i]}", "list[index + 1]"),
        ("${if}", "rename"),
        ("${a", "close it"),
        ("${a ==}", "write it in FEEL"),
        ("${a | b}", "write it in FEEL"),
        ("${" + "(" * 5000 + "a" + ")" * 5000 + "}", "split it up"),
        ("${" + "!" * 5000 + "a}", "split it up"),
        ("${a instanceof b}", "write it in FEEL"),
        ("${execution.getVariable(name)}", "let a service task compute it"),
    ],
)
def test_what_has_no_feel_is_refused_with_what_to_do(text, advice):
    with pytest.raises(Untranslated) as refusal:
        juel_to_feel(text)
    assert advice in str(refusal.value)


@given(st.text("${}()'\"abn.0123+-*/%<>=!&|?:[], ", max_size=40))
@settings(max_examples=200)
def test_no_text_makes_a_translation_fall_over(text):
    for translate in (juel_to_feel, python_to_feel):
        try:
            feel.compile_expression(translate(text))
        except Untranslated:
            continue


def test_setting_a_variable_is_heard():
    assert juel_setting("${execution.setVariable('tries', tries + 1)}") == ("tries", "tries + 1")
    assert juel_setting("${bean.tell(execution)}") is None


@given(
    st.integers(-9, 9), st.integers(-9, 9), st.booleans(), st.sampled_from(["goods", "works", ""])
)
@settings(max_examples=60)
def test_simple_python_means_the_same_in_feel(a, b, urgent, kind):
    scope = {"a": a, "b": b, "urgent": urgent, "kind": kind, "o": {"x": [a, b]}}
    for text in (
        "a > b and not urgent",
        "a < b <= 5 or urgent",
        "kind == 'goods' or kind in ['works', 'x']",
        "kind not in ('works',)",
        "o['x'][1] == b and o['x'][0] != b",
        "(a if urgent else b) >= 0",
        "not (a == b)",
        "a % 4 == 3 or -a - b * 2 > 1",
    ):
        objects = {**scope, "o": {"x": [a, b]}}
        exact = {
            **scope,
            "a": Decimal(a),
            "b": Decimal(b),
            "o": {"x": [Decimal(a), Decimal(b)]},
        }
        assert (value(python_to_feel(text), exact) is True) == bool(
            eval(text, {"__builtins__": {}}, objects)
        ), text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("check(a)", "service task"),
        ("len(a) > 0", "count(list)"),
        ("[x for x in a]", "write it in FEEL"),
        ("a ** 2", "write it in FEEL"),
        ("not 5", "write it in FEEL"),
        ("a = 5", "write it in FEEL"),
        ("a[i]", "write it in FEEL"),
        ("a in b", "list contains"),
        ("__import__('os').getcwd()", "service task"),
        ("(" * 5000 + "a" + ")" * 5000, "write it in FEEL"),
    ],
)
def test_more_python_is_refused(text, advice):
    with pytest.raises(Untranslated) as refusal:
        python_to_feel(text)
    assert advice in str(refusal.value)


def test_the_feel_to_write_is_guessed_where_it_can_be():
    assert str(said_instead("a == 5 && b")) == "write a = 5 and b"
    assert str(said_instead("bpmn:getDataObject('kind') = 'goods'")) == 'write kind = "goods"'
    assert said_instead("so it is") is None
