"""Decision requirement graphs: what must be known first, and what follows from it.

An imported model may be reached on several ways, each with inputs of its own, so a value
belongs to a *place*: the names of the imports on the way, and the element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from engine import feel
from engine.dmn.around import Around, checker
from engine.dmn.boxes import FunctionBox, TableBox
from engine.dmn.compiler import compile_box, compile_function
from engine.dmn.explanation import Made
from engine.dmn.links import Links, Target
from engine.dmn.model import Decision, Definitions, InputData, Knowledge, Node, Reference, Service
from engine.dmn.names import names_inside
from engine.dmn.run import Logic, Place, Run, Scope
from engine.dmn.type_table import TypeTable, component_names
from engine.feel.values import imported

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A node of a graph with what it needs."""

    model: Definitions
    node: Node
    check: Callable[[Run, object], object]
    requires: tuple[Target, ...] = ()
    knowledge: tuple[Target, ...] = ()
    logic: Logic | None = None


class Graph:
    """All nodes of all models, compiled when they are first asked for."""

    def __init__(self, models: Sequence[Definitions]) -> None:
        self._links = Links(models)
        self._types: dict[str, TypeTable] = {}
        for each in models:
            self._types[each.namespace] = TypeTable(each, self._types)
        self._paths = frozenset(
            name for each in models for name in component_names(each) | names_inside(each)
        )
        self._compiled: dict[tuple[str, str], _Compiled] = {}

    def ask(self, run: Run, model: Definitions, node: Node) -> object:
        """Return the value of a decision, or of a function called with the run's inputs."""
        if isinstance(node, Decision | InputData):
            return self._value(run, (), model, node)
        function = self._function(run, (), Target(None, model, node))
        return function.call(*(imported(run.inputs.get(each)) for each in function.parameters))

    def inputs_of(self, model: Definitions, node: Node) -> Iterator[tuple[str, feel.Type]]:
        """Yield the names and types of what a caller gives."""
        types = self._types[model.namespace]
        if isinstance(node, Knowledge):
            for each in node.logic.parameters if node.logic else ():
                yield each.name, types.of(each.type_ref)
            return
        waiting = [Target(None, model, node)]
        seen: set[tuple[str, str]] = set()
        while waiting:
            target = waiting.pop()
            key = target.model.namespace, target.node.id
            if key in seen:
                continue
            seen.add(key)
            if isinstance(target.node, InputData):
                yield target.node.name, self._types[key[0]].of(target.node.type_ref)
            waiting += self._links.targets(target.model, _first(target.node))

    def alone(self, model: Definitions, node: Decision, box: TableBox) -> Logic:
        """Return the logic of a table as a decision has it, which knows its functions.

        What the decision requires is not worked out: the caller gives it with the scope.
        """
        compiled = self._of(model, node)
        names = _names_of(compiled) | {each.text for each in box.inputs}
        logic = compile_box(box, self._around(model, node, names))

        def answer(run: Run, scope: Scope) -> object:
            known = _with(scope, self._functions(run, (), compiled.knowledge))
            return compiled.check(run, logic(run, known))

        return answer

    def type_of(self, model: Definitions, type_ref: str | None) -> feel.Type:
        """Return what a model means by the name of a type."""
        return self._types[model.namespace].of(type_ref)

    @staticmethod
    def output_name(node: Node) -> str:
        """Return the name of a decision's one output column, else its own."""
        logic = node.logic if isinstance(node, Decision) else None
        if isinstance(logic, TableBox) and len(logic.outputs) == 1:
            return logic.outputs[0].name or node.name
        return node.name

    def _value(self, run: Run, path: _Path, model: Definitions, node: Node) -> object:
        """Work out a node and, before it, all that it requires; without recursion."""
        asked = (path, model.namespace, node.id)
        waiting: list[tuple[_Path, Definitions, Node]] = [(path, model, node)]
        begun: set[Place] = set()
        while waiting:
            at, its_model, each = waiting[-1]
            place = (at, its_model.namespace, each.id)
            if place in run.values:
                waiting.pop()
                continue
            compiled = self._of(its_model, each)
            missing = [
                (_further(at, target), target.model, target.node)
                for target in compiled.requires
                if _place(at, target) not in run.values
            ]
            if missing and place not in begun:
                begun.add(place)
                waiting += missing
                continue
            if missing:
                run.violated(f"{each.name} requires itself")
            run.values[place] = self._made(run, at, compiled)
            waiting.pop()
        return run.values[asked]

    def _made(self, run: Run, path: _Path, compiled: _Compiled) -> object:
        node = compiled.node
        if isinstance(node, InputData):
            value = imported(_given(run, path, compiled.model, node))
            return compiled.check(run, value)
        known: Scope = {}
        for target in compiled.requires:
            _put(known, target, run.values.get(_place(path, target)))
        scope = {**run.around, **_with(known, self._functions(run, path, compiled.knowledge))}
        outer, run.tables = run.tables, []
        logic = compiled.logic
        value = None if logic is None else compiled.check(run, logic(run, scope))
        tables, run.tables = run.tables, outer
        run.made.append(
            Made(node.id, node.name, compiled.model.namespace, value, known, tuple(tables))
        )
        return value

    def _functions(self, run: Run, path: _Path, knowledge: Sequence[Target]) -> Scope:
        scope: Scope = {}
        for target in knowledge:
            _put(scope, target, self._function(run, path, target))
        return scope

    def _function(self, run: Run, path: _Path, target: Target) -> feel.FunctionValue:
        """Return a business knowledge model or a decision service as a function."""
        inside = _further(path, target)
        if isinstance(target.node, Service):
            return self._service(run, inside, target.model, target.node)
        compiled = self._of(target.model, target.node)
        node = target.node
        logic = node.logic if isinstance(node, Knowledge) else None
        around = self._around(target.model, node, _names_of(compiled))
        box = logic or FunctionBox((), None)
        make = compile_function(box, around, node.type_ref)
        scope: Scope = {}

        def known() -> Scope:
            if not scope:
                scope[node.name] = function  # it may call itself
                scope.update(self._functions(run, inside, compiled.knowledge))
            return scope

        function = make(run, known)
        return function

    def _service(
        self, run: Run, path: _Path, model: Definitions, node: Service
    ) -> feel.FunctionValue:
        given = [*self._links.targets(model, node.input_data)]
        given += self._links.targets(model, node.input_decisions)
        checks = [self._check(each.model, each.node) for each in given]
        finish = self._check(model, node)

        def call(*values: object) -> object:
            if len(values) != len(given):
                run.warn(f"{node.name}: the service takes {len(given)} values")
                return None
            seeds: dict[Place, object] = {}
            for target, check, value in zip(given, checks, values, strict=True):
                seeds[_place(path, target)] = taken = check(run, value)
                if taken is None and value is not None:
                    return None
            return finish(run, run.call(partial(self._answer, run, path, model, node, seeds)))

        types = tuple(self._types[each.model.namespace].of(each.node.type_ref) for each in given)
        result = self._types[model.namespace].of(node.type_ref)
        signature = feel.FunctionType(types, result)
        return feel.FunctionValue(tuple(each.node.name for each in given), call, signature)

    def _answer(
        self,
        run: Run,
        path: _Path,
        model: Definitions,
        node: Service,
        seeds: dict[Place, object],
    ) -> object:
        """Make the output decisions of a service of nothing but what it was given."""
        outer, run.values = run.values, dict(seeds)
        inputs, run.inputs = run.inputs, {}
        try:
            outputs = [
                (
                    target.node.name,
                    self._value(run, _further(path, target), target.model, target.node),
                )
                for target in self._links.targets(model, node.outputs)
            ]
        finally:
            run.values, run.inputs = outer, inputs
        return outputs[0][1] if len(outputs) == 1 else dict(outputs)

    def _of(self, model: Definitions, node: Node) -> _Compiled:
        key = (model.namespace, node.id)
        if key not in self._compiled:
            self._compiled[key] = self._compile(model, node)
        return self._compiled[key]

    def _compile(self, model: Definitions, node: Node) -> _Compiled:
        check = self._check(model, node)
        if isinstance(node, InputData):
            return _Compiled(model, node, check)
        requires = tuple(self._links.targets(model, _required(node)))
        requires = tuple(each for each in requires if isinstance(each.node, Decision | InputData))
        knowledge = tuple(self._links.targets(model, _knowledge(node)))
        compiled = _Compiled(model, node, check, requires, knowledge)
        if not isinstance(node, Decision):
            return compiled
        around = self._around(model, node, _names_of(compiled))
        logic = compile_box(node.logic, around)
        return _Compiled(model, node, check, requires, knowledge, logic)

    def _check(self, model: Definitions, node: Node) -> Callable[[Run, object], object]:
        """Return what takes a value as one of the node's type, or as null."""
        return checker(node.name, self._types[model.namespace].of(node.type_ref))

    def _around(self, model: Definitions, node: Node, names: frozenset[str]) -> Around:
        return Around(self._types[model.namespace], names | self._paths, node.name)


def _required(node: Node) -> tuple[Reference, ...]:
    return node.requires if isinstance(node, Decision) else ()


def _knowledge(node: Node) -> tuple[Reference, ...]:
    return node.knowledge if isinstance(node, Decision | Knowledge) else ()


def _first(node: Node) -> tuple[Reference, ...]:
    """Return what a caller's values may be needed for: requirements, and inputs of a service."""
    return node.input_data + node.outputs if isinstance(node, Service) else _required(node)


def _names_of(compiled: _Compiled) -> frozenset[str]:
    """Return the names in the scope of a node's logic, those under imports among them."""
    names = {compiled.node.name}
    for each in (*compiled.requires, *compiled.knowledge):
        names.add(each.node.name)
        if each.through:
            names.add(each.through)
    return frozenset(names)


def _further(path: _Path, target: Target) -> _Path:
    return path if target.through is None else (*path, target.through)


def _place(path: _Path, target: Target) -> Place:
    return _further(path, target), target.model.namespace, target.node.id


def _put(scope: Scope, target: Target, value: object) -> None:
    """Put a value where expressions look for it: bare, or under the name of its import."""
    if not target.through:
        scope[target.node.name] = value
        return
    inside = scope.setdefault(target.through, {})
    if isinstance(inside, dict):
        inside[target.node.name] = value


def _with(scope: Scope, more: Scope) -> Scope:
    joined = dict(scope)
    for name, value in more.items():
        there = joined.get(name)
        both = isinstance(there, dict) and isinstance(value, dict)
        joined[name] = {**there, **value} if both else value  # type: ignore[dict-item]
    return joined


def _given(run: Run, path: _Path, model: Definitions, node: InputData) -> object:
    """Return what the caller gave: under the imports' names, by namespace, or bare."""
    found: object = run.inputs
    for each in (*path, node.name):
        if each:
            found = found.get(each) if isinstance(found, dict) else None
    if found is None:
        found = run.inputs.get(f"{{{model.namespace}}}{node.name}")
    return run.inputs.get(node.name) if found is None and path else found
