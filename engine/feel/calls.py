"""Calls of functions, built-in or defined by the expression itself."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.feel.builtins import BUILTINS, Builtin
from engine.feel.errors import UNDEFINED, NullBecause, reason_of
from engine.feel.nodes import Call, ExternalFunction, FunctionOf, Name
from engine.feel.runtime import (
    LIST_STEP,
    MAX_CALLS,
    STRING_STEP,
    Closure,
    Compile,
    Locals,
    Run,
)
from engine.feel.static_types import type_of_function
from engine.feel.types import ANY, NAMED_TYPES, FunctionType, Type, coerced
from engine.feel.values import FunctionValue, kind_of

#: Functions that are asked about a missing value, so that it is no reason to warn.
_FORGIVING = frozenset(("is defined", "get or else"))


class _Arguments(NamedTuple):
    """The compiled arguments of one call, positional or named."""

    positional: Sequence[Closure]
    named: Mapping[str, Closure]

    def values(
        self, run: Run, names: Locals | None
    ) -> tuple[Sequence[object], Mapping[str, object]]:
        return (
            [each(run, names) for each in self.positional],
            {name: each(run, names) for name, each in self.named.items()},
        )


def compile_call(node: Call, compile_node: Compile) -> Closure:
    """A call: of the built-in function, unless the expression defined one of its name."""
    given = _Arguments(
        [compile_node(each) for each in node.positional],
        {name: compile_node(each) for name, each in node.named},
    )
    by_value = _call_of_value(node, compile_node(node.function), given)
    if not isinstance(node.function, Name) or node.function.name not in BUILTINS:
        return by_value
    name = node.function.name
    by_name = _call_of_builtin(node, BUILTINS[name], given)

    def call(run: Run, names: Locals | None) -> object:
        inner = names
        while inner is not None:
            if isinstance(inner.variables.get(name), FunctionValue):
                return by_value(run, names)
            inner = inner.parent
        return by_name(run, names)

    return call


def _call_of_builtin(node: Call, builtin: Builtin, given: _Arguments) -> Closure:
    forgiving = builtin.name in _FORGIVING

    def call(run: Run, names: Locals | None) -> object:
        known = len(run.warnings)
        values, by_name = given.values(run, names)
        if forgiving:
            del run.warnings[known:]
        try:
            _take_effort(run, builtin, (*values, *by_name.values()))
            answer = builtin.answer(values, by_name, run.now, run.step)
            run.step(_size(answer))
            return answer
        except UNDEFINED as reason:
            run.warn(node.at, f"{builtin.name}: {reason_of(reason)}")
            return None

    return call


def function_of(builtin: Builtin, run: Run) -> FunctionValue:
    """Return a built-in function as a value, to hand on or to ask for its type."""

    def call(*values: object) -> object:
        _take_effort(run, builtin, values)
        answer = builtin.answer(values, {}, run.now, run.step)
        run.step(_size(answer))
        return answer

    signature = builtin.signatures[0]
    names = tuple(parameter.name for parameter in signature)
    types = tuple(_type_of(parameter.types) for parameter in signature)
    return FunctionValue(names, call, FunctionType(types, ANY))


def _type_of(kinds: frozenset[str]) -> Type:
    return NAMED_TYPES[next(iter(kinds))] if len(kinds) == 1 else ANY


def _take_effort(run: Run, builtin: Builtin, values: Sequence[object]) -> None:
    """Count the steps it takes to look through what a function is given."""
    run.step()
    for value in values:
        if isinstance(value, list | dict):
            if builtin.goes_deep:
                run.weigh(value)
            else:
                run.step(len(value) // LIST_STEP)
        elif isinstance(value, str):
            run.step(len(value) // STRING_STEP)


def _size(answer: object) -> int:
    """Return how many steps a call costs: what it made takes memory as well as time."""
    if isinstance(answer, list):
        return 1 + len(answer)
    return 1 + len(answer) // STRING_STEP if isinstance(answer, str) else 1


def _call_of_value(node: Call, function: Closure, given: _Arguments) -> Closure:
    def call(run: Run, names: Locals | None) -> object:
        called = function(run, names)
        values, by_name = given.values(run, names)
        if not isinstance(called, FunctionValue):
            run.warn(node.at, f"a {kind_of(called)} is no function")
            return None
        try:
            return called.call(*_in_order(called.parameters, values, by_name))
        except UNDEFINED as reason:
            run.warn(node.at, reason_of(reason))
            return None

    return call


def _in_order(
    parameters: Sequence[str], values: Sequence[object], named: Mapping[str, object]
) -> Sequence[object]:
    if named:
        if set(named) != set(parameters):
            raise NullBecause(f"the parameters are {', '.join(parameters)}")
        return [named[name] for name in parameters]
    return values


def compile_function(node: FunctionOf, compile_node: Compile) -> Closure:
    """``function(a, b) body``: a value that remembers the names around it."""
    body = compile_node(node.body)
    type_ = type_of_function(node, {})
    untyped = all(each == ANY for each in node.types)

    def define(run: Run, names: Locals | None) -> object:
        def call(*values: object) -> object:
            if len(values) != len(node.parameters):
                raise NullBecause(f"the function takes {len(node.parameters)} arguments")
            if not untyped:
                values = tuple(map(coerced, values, node.types))
            run.step()
            run.calls += 1
            try:
                if run.calls > MAX_CALLS:
                    raise NullBecause(f"more than {MAX_CALLS} calls inside one another")
                given = dict(zip(node.parameters, values, strict=True))
                return body(run, Locals(names, given))
            finally:
                run.calls -= 1

        return FunctionValue(node.parameters, call, type_)

    return define


def compile_external(node: ExternalFunction) -> Closure:
    """``function(a) external {…}``: no code of a model runs here, so a call is null."""
    type_ = FunctionType((ANY,) * len(node.parameters), ANY)

    def refuse(*_values: object) -> object:
        raise NullBecause("functions of other languages are not run")

    function = FunctionValue(node.parameters, refuse, type_)
    return lambda _run, _names: function
