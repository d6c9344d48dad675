"""From tree to closures: each node becomes a function that calls those of its parts.

What is known beforehand is settled here once, so that an evaluation only computes.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import operators
from engine.feel.builtins import BUILTINS
from engine.feel.calls import compile_call, compile_external, compile_function, function_of
from engine.feel.errors import UNDEFINED, NullBecause, reason_of
from engine.feel.iterations import compile_loop, compile_quantified
from engine.feel.membership import compile_membership, compile_unary_tests
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conditional,
    Conjunction,
    ContextOf,
    Disjunction,
    ExternalFunction,
    Filter,
    FunctionOf,
    InstanceOf,
    ListOf,
    Literal,
    Loop,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeOf,
    UnaryTests,
)
from engine.feel.runtime import STRING_STEP, Closure, Locals, Run
from engine.feel.selections import compile_filter, compile_path
from engine.feel.values import ORDERED, Range, kind_of


def compile_node(node: Node) -> Closure:
    """Return the closure that evaluates ``node``."""
    return _COMPILERS[type(node)](node)


def _literal(node: Literal) -> Closure:
    value = node.value
    return lambda _run, _names: value


def _name(node: Name) -> Closure:
    name, at = node.name, node.at
    builtin = BUILTINS.get(name)

    def look_up(run: Run, names: Locals | None) -> object:
        while names is not None:
            if name in names.variables:
                return names.variables[name]
            names = names.parent
        if builtin is not None and name not in run.scope:
            return function_of(builtin, run)
        try:
            return run.variable(name)
        except NullBecause as reason:
            run.warn(at, str(reason))
            return None

    return look_up


def _list(node: ListOf) -> Closure:
    items = [compile_node(item) for item in node.items]
    return lambda run, names: [item(run, names) for item in items]


def _context(node: ContextOf) -> Closure:
    entries = [(name, compile_node(value)) for name, value in node.entries]

    def build(run: Run, names: Locals | None) -> object:
        built: dict[str, object] = {}
        inner = Locals(names, built)
        for name, value in entries:
            built[name] = value(run, inner)
        return built

    return build


def _range(node: RangeOf) -> Closure:
    low = compile_node(node.low) if node.low else None
    high = compile_node(node.high) if node.high else None

    def build(run: Run, names: Locals | None) -> object:
        first = low(run, names) if low else None
        last = high(run, names) if high else None
        kinds = {kind_of(each) for each, asked in ((first, low), (last, high)) if asked}
        if len(kinds) != 1 or not kinds <= ORDERED:
            run.warn(node.at, "the ends of a range are of different types, or have no order")
            return None
        return Range(first, last, node.low_included, node.high_included)

    return build


def _negation(node: Negation) -> Closure:
    operand = compile_node(node.operand)

    def negate(run: Run, names: Locals | None) -> object:
        try:
            return operators.negated(operand(run, names))
        except UNDEFINED as reason:
            run.warn(node.at, reason_of(reason))
            return None

    return negate


def _arithmetic(node: Arithmetic) -> Closure:
    left, right = compile_node(node.left), compile_node(node.right)
    compute = operators.ARITHMETIC[node.operator]
    exact = operators.OF_NUMBERS.get(node.operator)

    def calculate(run: Run, names: Locals | None) -> object:
        first, second = left(run, names), right(run, names)
        try:
            if exact and type(first) is Decimal and type(second) is Decimal:
                return exact(first, second)
            result = compute(first, second)
            if type(result) is str:
                run.step(len(result) // STRING_STEP)
            return result
        except UNDEFINED as reason:
            run.warn(node.at, reason_of(reason))
            return None

    return calculate


def _comparison(node: Comparison) -> Closure:
    left, right = compile_node(node.left), compile_node(node.right)
    if node.operator in ("=", "!="):
        return _equality(node, left, right)
    symbol, compare = node.operator, operators.ORDERINGS[node.operator]

    def order(run: Run, names: Locals | None) -> object:
        first, second = left(run, names), right(run, names)
        if type(first) is Decimal and type(second) is Decimal:
            return compare(first, second)
        try:
            return operators.ordered(symbol, first, second)
        except NullBecause as reason:
            run.warn(node.at, str(reason))
            return None

    return order


def _equality(node: Comparison, left: Closure, right: Closure) -> Closure:
    same = node.operator == "="

    def compare(run: Run, names: Locals | None) -> object:
        first, second = left(run, names), right(run, names)
        if type(first) is str and type(second) is str:
            return (first == second) is same
        if type(first) in _DEEP:
            run.weigh(first)
        answer = operators.equal(first, second)
        if answer is None:
            run.warn(node.at, f"a {kind_of(first)} cannot equal a {kind_of(second)}")
            return None
        return answer is same

    return compare


_DEEP = (list, dict)


def _between(node: Between) -> Closure:
    parts = [compile_node(part) for part in (node.value, node.low, node.high)]

    def decide(run: Run, names: Locals | None) -> object:
        value, low, high = (part(run, names) for part in parts)
        try:
            return operators.ordered(">=", value, low) and operators.ordered("<=", value, high)
        except NullBecause as reason:
            run.warn(node.at, str(reason))
            return None

    return decide


def _conjunction(node: Conjunction | Disjunction) -> Closure:
    """Three-valued: one deciding operand settles it, else null when any was not boolean."""
    operands = [compile_node(each) for each in node.operands]
    deciding = isinstance(node, Disjunction)

    def join(run: Run, names: Locals | None) -> object:
        answer: bool | None = not deciding
        reason = ""
        for operand in operands:
            value = operand(run, names)
            if value is deciding:
                return deciding
            if value is not True and value is not False:
                answer = None
                reason = f"a {kind_of(value)} is neither true nor false"
        if answer is None:
            run.warn(node.at, reason)
        return answer

    return join


def _conditional(node: Conditional) -> Closure:
    condition = compile_node(node.condition)
    consequence, alternative = compile_node(node.consequence), compile_node(node.alternative)

    def choose(run: Run, names: Locals | None) -> object:
        chosen = consequence if condition(run, names) is True else alternative
        return chosen(run, names)

    return choose


def _instance_of(node: InstanceOf) -> Closure:
    value, wanted = compile_node(node.value), node.type

    def ask(run: Run, names: Locals | None) -> object:
        try:
            return wanted.holds(value(run, names))
        except NullBecause as reason:
            run.warn(node.at, str(reason))
            return None

    return ask


_COMPILERS: dict[type[Node], Callable[[Any], Closure]] = {
    Literal: _literal,
    Name: _name,
    ListOf: _list,
    ContextOf: _context,
    RangeOf: _range,
    Negation: _negation,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Between: _between,
    Conjunction: _conjunction,
    Disjunction: _conjunction,
    Conditional: _conditional,
    InstanceOf: _instance_of,
    Loop: lambda node: compile_loop(node, compile_node),
    Quantified: lambda node: compile_quantified(node, compile_node),
    Filter: lambda node: compile_filter(node, compile_node),
    Path: lambda node: compile_path(node, compile_node),
    Membership: lambda node: compile_membership(node, compile_node),
    UnaryTests: lambda node: compile_unary_tests(node, compile_node),
    Call: lambda node: compile_call(node, compile_node),
    ExternalFunction: compile_external,
    FunctionOf: lambda node: compile_function(node, compile_node),
}
