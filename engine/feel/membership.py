"""``in`` and unary tests: does a value meet one of several tests?"""

from collections.abc import Callable, Sequence

from engine.feel import operators
from engine.feel.errors import NullBecause
from engine.feel.nodes import Literal, Membership, Name, Node, OperatorTest, UnaryTests, mentions
from engine.feel.runtime import Closure, Compile, Locals, Run
from engine.feel.values import Range

#: Does this value meet the test? Raises ``NullBecause`` when that has no answer.
_Test = Callable[[Run, Locals | None, object], bool | None]

INPUT = "?"  #: the name of the value a decision table's cell is asked about


def compile_membership(node: Membership, compile_node: Compile) -> Closure:
    """``value in tests``: true when one test holds."""
    value = compile_node(node.value)
    tests = [_test(each, compile_node) for each in node.tests]

    def decide(run: Run, names: Locals | None) -> object:
        return _any(run, names, node.at, value(run, names), tests)

    return decide


def compile_unary_tests(node: UnaryTests, compile_node: Compile) -> Closure:
    """Compile an input cell: its tests are about the name ``?`` of the scope."""
    tests = [_cell_test(each, compile_node) for each in node.tests]

    def decide(run: Run, names: Locals | None) -> object:
        if not tests:
            return True
        try:
            value = run.variable(INPUT)
        except NullBecause as reason:
            run.warn(node.at, str(reason))
            return None
        answer = _any(run, names, node.at, value, tests)
        if node.negated:
            return None if answer is None else not answer
        return answer

    return decide


def _any(
    run: Run, names: Locals | None, at: int, value: object, tests: Sequence[_Test]
) -> bool | None:
    answer: bool | None = False
    for test in tests:
        reason: object = "the value and the test are of different types"
        try:
            met = test(run, names, value)
        except NullBecause as null:
            met, reason = None, null
        if met:
            return True
        if met is None:
            answer = None
            run.warn(at, str(reason))
    return answer


def _test(node: Node, compile_node: Compile) -> _Test:
    if isinstance(node, OperatorTest):
        return _operator_test(node, compile_node)
    expression = compile_node(node)
    if not mentions(node, INPUT):
        return lambda run, names, value: is_in(value, expression(run, names))

    def decide(run: Run, names: Locals | None, value: object) -> bool | None:
        answer = expression(run, Locals(names, {INPUT: value}))
        return answer if isinstance(answer, bool) else None

    return decide


def _operator_test(node: OperatorTest, compile_node: Compile) -> _Test:
    operand, symbol = compile_node(node.operand), node.operator
    if symbol in ("=", "!="):
        same = symbol == "="

        def compare(run: Run, names: Locals | None, value: object) -> bool | None:
            answer = operators.equal(value, operand(run, names))
            return None if answer is None else answer is same

        return compare
    return lambda run, names, value: operators.ordered(symbol, value, operand(run, names))


def _cell_test(node: Node, compile_node: Compile) -> _Test:
    """Compile one test of an input cell, which may also be a condition about ``?``."""
    test = _test(node, compile_node)
    if isinstance(node, OperatorTest | Literal | Name) and node != Name(node.at, INPUT):
        return test
    expression = compile_node(node)
    asks_input = mentions(node, INPUT)

    def decide(run: Run, names: Locals | None, value: object) -> bool | None:
        answer = expression(run, names)
        if asks_input or (isinstance(answer, bool) and not isinstance(value, bool)):
            return answer if isinstance(answer, bool) else None
        return is_in(value, answer)

    return decide


def is_in(value: object, place: object) -> bool | None:
    """Tell whether ``value`` lies in a range, is in a list, or equals ``place``."""
    if isinstance(place, Range) and not isinstance(value, Range):
        return operators.contains(place, value)
    if isinstance(place, list):
        if isinstance(value, list) and operators.equal(value, place):
            return True
        return any(_meets(value, each) for each in place)
    return operators.equal(value, place)


def _meets(value: object, member: object) -> bool:
    try:
        if isinstance(member, Range) and not isinstance(value, Range):
            return operators.contains(member, value)
        return operators.equal(value, member) is True
    except NullBecause:
        return False
