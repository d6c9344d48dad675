"""What the browser may work out by itself: a small part of FEEL, as plain lists.

The part: numbers, texts, true, false and null; names and paths (over lists too); ``+ - * /``;
comparisons, ``between``, ``in`` over values and ranges; ``and``, ``or``, ``not``; ``if``;
``sum`` and ``count``. An expression with anything else is worked out by the server, which
answers at the address the page names. ``frontend/src/forms/feel.js`` reads the lists; both run
the cases of ``tests/unit/forms/feel_cases.json``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conditional,
    Conjunction,
    Disjunction,
    ListOf,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
    OperatorTest,
    Path,
    RangeOf,
)
from forms.components import DynamicList, Field
from forms.expressions import Feel

#: Functions of FEEL that the browser has, by how many arguments they take.
FUNCTIONS: Final = {"not": 1, "sum": 1, "count": 1}

Tree = list[Any]


class Outside(Exception):
    """A part of an expression is none that the browser has."""


def browser_tree(feel: Feel) -> Tree | None:
    """Return an expression as nested lists, ``None`` when the browser cannot work it out.

    >>> browser_tree(Feel('a.b > 1.5 and not(c)'))
    ['and', ['>', ['.', ['name', 'a'], 'b'], ['number', '1.5']], ['not', ['name', 'c']]]
    >>> browser_tree(Feel('today() > a')) is None
    True
    """
    try:
        return _tree(feel.compiled.tree)
    except Outside:
        return None


def browser_field(field: Field) -> dict[str, Any]:
    """Return what the browser checks in one field before it is sent; the server checks it again."""
    rules = {
        "min": None if field.least is None else format(field.least, "f"),
        "max": None if field.most is None else format(field.most, "f"),
        "minLength": field.shortest,
        "maxLength": field.longest,
        "pattern": field.pattern,
        "places": field.places,
        "subtype": field.subtype or None,
        "step": None if field.step is None else format(field.step, "f"),
        "readonly": field.readonly or None,
        "value": field.default if isinstance(field.default, str | bool | int) else None,
    }
    return {"type": field.type} | {name: rule for name, rule in rules.items() if rule is not None}


def browser_rules(asking: Field | DynamicList) -> dict[str, Any]:
    """Return what is worked out about a field or list: trees, ``None`` where the server does it."""
    hide = [browser_tree(each) for each in asking.hide]
    if isinstance(asking, DynamicList):
        return {"hide": hide} if hide else {}
    single = {
        "required": asking.required_when,
        "readonly": asking.readonly_when,
        "computed": asking.computed,
    }
    found: dict[str, Any] = {"hide": hide} if hide else {}
    for name, feel in single.items():
        if feel is not None:
            found[name] = browser_tree(feel)
    if asking.choices_from is not None:
        found["choices"] = None
    return found


def _tree(node: Node) -> Tree:
    write = _WRITTEN.get(type(node))
    return write(node) if write is not None else _test_or_call(node)


def _arithmetic(node: Arithmetic) -> Tree:
    if node.operator not in "+-*/":
        raise Outside
    return [node.operator, _tree(node.left), _tree(node.right)]


_WRITTEN: Final[dict[type[Node], Callable[[Any], Tree]]] = {
    Literal: lambda node: _literal(node.value),
    Name: lambda node: ["name", node.name],
    Path: lambda node: [".", _tree(node.source), node.name],
    Negation: lambda node: ["-", ["number", "0"], _tree(node.operand)],
    Arithmetic: _arithmetic,
    Comparison: lambda node: [node.operator, _tree(node.left), _tree(node.right)],
    Conjunction: lambda node: ["and", *map(_tree, node.operands)],
    Disjunction: lambda node: ["or", *map(_tree, node.operands)],
    Conditional: lambda node: [
        "if",
        *map(_tree, (node.condition, node.consequence, node.alternative)),
    ],
    ListOf: lambda node: ["list", *map(_tree, node.items)],
}


def _test_or_call(node: Node) -> Tree:
    match node:
        case Between(value=value, low=low, high=high):
            tree = _tree(value)
            return ["and", [">=", tree, _tree(low)], ["<=", tree, _tree(high)]]
        case Membership(value=value, tests=tests):
            return ["or", *(_test(_tree(value), each) for each in tests)]
        case Call(function=Name(name=name), positional=given, named=()):
            if FUNCTIONS.get(name) == len(given):
                return [name, *map(_tree, given)]
    raise Outside


def _test(value: Tree, test: Node) -> Tree:
    match test:
        case OperatorTest(operator=operator, operand=operand):
            return [operator, value, _tree(operand)]
        case RangeOf(low=Node() as low, high=Node() as high):
            above = ">=" if test.low_included else ">"
            below = "<=" if test.high_included else "<"
            return ["and", [above, value, _tree(low)], [below, value, _tree(high)]]
        case Literal() if not isinstance(test.value, list):
            return ["=", value, _literal(test.value)]
    raise Outside  # of a name only its value tells whether it is a list, a range or one of them


def _literal(value: object) -> Tree:
    if value is None or isinstance(value, bool):
        return ["constant", value]
    if isinstance(value, Decimal):
        return ["number", format(value, "f")]
    if isinstance(value, str):
        return ["text", value]
    raise Outside
