"""Trees survive being written and read; their short way answers what their closures answer."""

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.feel import compile_expression
from engine.feel.expression import Expression
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conditional,
    Conjunction,
    ContextOf,
    Disjunction,
    Filter,
    ListOf,
    Literal,
    Loop,
    Membership,
    Name,
    Negation,
    Node,
    OperatorTest,
    Path,
    Quantified,
    RangeOf,
    Source,
)
from engine.feel.parser import parse_expression
from engine.feel.quick import quick_of

_NAMES = st.sampled_from(["a", "b", "order total", "مبلغ", "x1"])
_LITERALS = st.one_of(
    st.integers(0, 10**6).map(Decimal),
    st.booleans(),
    st.none(),
    st.text('ab "\\\nک', max_size=5),
).map(lambda value: Literal(0, value))


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    at, few = st.just(0), st.lists(inner, max_size=3).map(tuple)
    source = st.builds(Source, at, _NAMES, inner, st.one_of(st.none(), inner))
    sources = st.lists(source, min_size=1, max_size=2).map(tuple)
    entries = st.dictionaries(_NAMES, inner, max_size=3).map(lambda found: tuple(found.items()))
    tests = st.builds(OperatorTest, at, st.sampled_from(["<", ">="]), inner)
    return st.one_of(
        st.builds(Arithmetic, at, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(Comparison, at, st.sampled_from(["=", "!=", "<", ">="]), inner, inner),
        st.builds(Between, at, inner, inner, inner),
        st.builds(Membership, at, inner, st.lists(tests, min_size=1, max_size=2).map(tuple)),
        st.builds(Conditional, at, inner, inner, inner),
        st.builds(Negation, at, inner),
        st.builds(ListOf, at, few),
        st.builds(ContextOf, at, entries),
        st.builds(RangeOf, at, inner, inner, st.booleans(), st.booleans()),
        st.builds(Filter, at, inner, inner),
        st.builds(Path, at, inner, _NAMES),
        st.builds(Call, at, _NAMES.map(lambda name: Name(0, name)), few, st.just(())),
        st.builds(Loop, at, sources, inner),
        st.builds(Quantified, at, st.booleans(), sources, inner),
    )


_TREES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(_LITERALS, _NAMES.map(lambda name: Name(0, name))), _larger, max_leaves=12
)


def _written(node: Node | None) -> str:
    """Write a tree with a bracket around every part that has parts."""
    simple = isinstance(node, Literal | Name | ListOf | ContextOf | RangeOf | OperatorTest)
    return _text(node) if simple else f"({_text(node)})"


def _text(node: Any) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each form
    w = _written
    match node:
        case Literal(value=str(value)):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Literal(value=value):
            return (
                {None: "null", True: "true", False: "false"}.get(value, str(value))
                if (value is None or isinstance(value, bool))
                else str(value)
            )
        case Name(name=name):
            return name
        case (
            Arithmetic(operator=sign, left=left, right=right)
            | Comparison(operator=sign, left=left, right=right)
        ):
            return f"{w(left)} {sign} {w(right)}"
        case Between(value=value, low=low, high=high):
            return f"{w(value)} between {w(low)} and {w(high)}"
        case Membership(value=value, tests=tests):
            return f"{w(value)} in ({', '.join(map(w, tests))})"
        case OperatorTest(operator=sign, operand=operand):
            return f"{sign} {w(operand)}"
        case Conditional(condition=condition, consequence=first, alternative=second):
            return f"if {w(condition)} then {w(first)} else {w(second)}"
        case Negation(operand=operand):
            return f"-{w(operand)}"
        case ListOf(items=items):
            return f"[{', '.join(map(w, items))}]"
        case ContextOf(entries=entries):
            return "{" + ", ".join(f"{name}: {w(each)}" for name, each in entries) + "}"
        case RangeOf(low=low, high=high):
            opening, closing = "[" if node.low_included else "(", "]" if node.high_included else ")"
            return f"{opening}{w(low)}..{w(high)}{closing}"
        case Filter(source=source, condition=condition):
            return f"{w(source)}[{w(condition)}]"
        case Path(source=source, name=name):
            return f"{w(source)}.{name}"
        case Call(function=function, positional=given):
            return f"{w(function)}({', '.join(map(w, given))})"
        case Loop(sources=sources, body=body):
            return f"for {', '.join(map(_text, sources))} return {w(body)}"
        case Quantified(every=every, sources=sources, condition=condition):
            word = "every" if every else "some"
            return f"{word} {', '.join(map(_text, sources))} satisfies {w(condition)}"
        case Source(name=name, start=start, end=None):
            return f"{name} in {w(start)}"
        case Source(name=name, start=start, end=end):
            return f"{name} in {w(start)}..{w(end)}"
    raise AssertionError(node)


def _unplaced(part: Any) -> Any:
    """Return a tree as if all of it stood at the beginning."""
    if isinstance(part, tuple):
        return tuple(map(_unplaced, part))
    if is_dataclass(part) and isinstance(part, Node):
        changed = {each.name: _unplaced(getattr(part, each.name)) for each in fields(part)}
        return replace(part, **changed | {"at": 0})
    return part


@given(_TREES)
def test_a_tree_that_is_written_is_read_as_the_same_tree(tree: Node) -> None:
    assert _unplaced(parse_expression(_text(tree))) == tree


_SIMPLE: st.SearchStrategy[Node] = st.recursive(
    st.one_of(_LITERALS, st.sampled_from(["a", "b", "c"]).map(lambda name: Name(0, name))),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.just(0), st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Comparison, st.just(0), st.sampled_from(["=", "!=", "<", ">="]), inner, inner),
        st.builds(Between, st.just(0), inner, inner, inner),
        st.builds(Conjunction, st.just(0), st.tuples(inner, inner)),
        st.builds(Disjunction, st.just(0), st.tuples(inner, inner)),
        st.builds(Conditional, st.just(0), inner, inner, inner),
        st.builds(Negation, st.just(0), inner),
        st.builds(Path, st.just(0), inner, st.just("a")),
        st.builds(Call, st.just(0), st.just(Name(0, "not")), st.tuples(inner), st.just(())),
        st.builds(Membership, st.just(0), inner, st.lists(_LITERALS, min_size=1).map(tuple)),
        st.builds(
            Membership,
            st.just(0),
            inner,
            st.lists(st.builds(OperatorTest, st.just(0), st.just("<"), inner), min_size=1).map(
                tuple
            ),
        ),
    ),
    max_leaves=8,
)
_PLAIN = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(
        [None, True, False, "", "a", Decimal("1.5"), Decimal("NaN"), [1], {"a": 1}, Decimal("-0")]
    ),
    st.sampled_from([Decimal(1) / 3 * 10**40, Decimal("Infinity"), 10**40, 1.5]),
)


@given(_SIMPLE, st.dictionaries(st.sampled_from(["a", "b", "c"]), _PLAIN))
def test_the_short_way_answers_what_the_closures_answer(tree: Node, scope: Any) -> None:
    slow = Expression("", tree)
    quick = quick_of(tree, slow.names)
    answer = None if quick is None else quick(scope)
    if answer is not None:
        closures = slow.evaluate(scope)
        assert (answer, repr(answer.value)) == (closures, repr(closures.value))


def test_an_expression_asked_often_answers_as_at_first() -> None:
    expression = compile_expression('amount > limit and kind in ("a", "b")')
    scopes: list[dict[str, object]] = [
        {"amount": 5, "limit": 3, "kind": "a"},
        {"amount": 5, "limit": Decimal(7), "kind": "a"},
        {"amount": 5, "limit": 3},
        {"amount": None, "limit": 3, "kind": "a"},
    ]
    first = [expression.evaluate(scope) for scope in scopes]

    for _ in range(5):
        assert [expression.evaluate(scope) for scope in scopes] == first
