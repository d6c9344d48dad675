"""From boxed expressions to functions of a scope, compiled once for a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from engine import feel
from engine.dmn.around import Around, checker
from engine.dmn.boxes import (
    Box,
    ConditionalBox,
    ContextBox,
    FilterBox,
    FunctionBox,
    InvocationBox,
    IteratorBox,
    ListBox,
    LiteralBox,
    Parameter,
    RelationBox,
    TableBox,
    UnknownBox,
)
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.source import VERSIONS
from engine.dmn.tables import compile_table


def compile_box(box: Box | None, around: Around) -> Logic:
    """Return the function that evaluates a boxed expression; without one it is null."""
    if box is None:
        return around.null("it has no logic")
    return around.typed(_COMPILERS[type(box)](box, around), box.type_ref)


def _literal(box: LiteralBox, around: Around) -> Logic:
    if box.language and not is_feel(box.language):
        return around.null(f"expressions in {box.language} are not run, only FEEL")
    return around.expression(box.text) if box.text else around.null("an expression is empty")


def is_feel(language: str) -> bool:
    """Tell whether a model says, in one of the ways it may, that a text is FEEL."""
    known = {each.replace("MODEL/", "FEEL/").replace("dmn.xsd", "") for each in VERSIONS}
    return language.strip().lower() == "feel" or language in known or "FEEL" in language


def _context(box: ContextBox, around: Around) -> Logic:
    entries: list[tuple[str, Logic]] = []
    result: Logic | None = None
    names = [each.name for each in box.entries if each.name]
    for each in box.entries:
        above = len(entries)
        if isinstance(each.value, FunctionBox):
            above = len(names)  # a function may call itself by the name of its entry
        inside = around.knowing(names[:above])
        logic = inside.typed(compile_box(each.value, inside), each.type_ref)
        if each.name:
            entries.append((each.name, logic))
        else:
            result = logic

    def build(run: Run, scope: Scope) -> object:
        inner = dict(scope)
        built: dict[str, object] = {}
        for name, logic in entries:
            built[name] = inner[name] = logic(run, inner)
        return built if result is None else result(run, inner)

    return build


def _invocation(box: InvocationBox, around: Around) -> Logic:
    function = compile_box(box.function, around)
    bindings = [(name, compile_box(value, around)) for name, value in box.bindings]

    def invoke(run: Run, scope: Scope) -> object:
        called = function(run, scope)
        if not isinstance(called, feel.FunctionValue):
            run.warn(f"{around.owner}: what is invoked is no function")
            return None
        given = {name: logic(run, scope) for name, logic in bindings}
        if not given.keys() <= set(called.parameters):
            run.warn(f"{around.owner}: the parameters are {', '.join(called.parameters)}")
            return None
        return called.call(*(given.get(each) for each in called.parameters))

    return invoke


def _function(box: FunctionBox, around: Around) -> Logic:
    if box.language != "FEEL":
        return around.null(f"functions of kind {box.language} are not run, only FEEL")
    make = compile_function(box, around)
    return lambda run, scope: make(run, lambda: scope)


def compile_function(
    box: FunctionBox, around: Around, type_ref: str | None = None
) -> Callable[[Run, Callable[[], Scope]], feel.FunctionValue]:
    """Return what makes the function's value, from a run and the scope around its body."""
    names = tuple(each.name for each in box.parameters)
    inside = around.knowing(names)
    body = inside.typed(compile_box(box.body, inside), type_ref)
    take = parameters_taken(box.parameters, around)
    types = tuple(around.types.of(each.type_ref) for each in box.parameters)
    signature = feel.FunctionType(types, around.types.of(type_ref or _result_of(box)))

    def make(run: Run, scope: Callable[[], Scope]) -> feel.FunctionValue:
        def call(*values: object) -> object:
            given = take(run, values)
            return None if given is None else run.call(lambda: body(run, {**scope(), **given}))

        return feel.FunctionValue(names, call, signature)

    return make


def _result_of(box: FunctionBox) -> str | None:
    return box.body.type_ref if box.body is not None else None


def parameters_taken(
    parameters: Sequence[Parameter], around: Around
) -> Callable[[Run, Sequence[object]], dict[str, object] | None]:
    """Return what takes the arguments of a call by name; ``None`` when they do not fit."""
    checks = [
        (each.name, checker(around.owner, around.types.of(each.type_ref))) for each in parameters
    ]

    def take(run: Run, values: Sequence[object]) -> dict[str, object] | None:
        if len(values) != len(checks):
            run.warn(f"{around.owner}: the function takes {len(checks)} arguments")
            return None
        given: dict[str, object] = {}
        for (name, check), value in zip(checks, values, strict=True):
            given[name] = check(run, value)
            if given[name] is None and value is not None:
                return None
        return given

    return take


def _list(box: ListBox, around: Around) -> Logic:
    items = [compile_box(each, around) for each in box.items]
    return lambda run, scope: [each(run, scope) for each in items]


def _relation(box: RelationBox, around: Around) -> Logic:
    rows = [
        [
            (column.name, around.typed(compile_box(cell, around), column.type_ref))
            for column, cell in zip(box.columns, row, strict=False)
        ]
        for row in box.rows
    ]
    return lambda run, scope: [{name: cell(run, scope) for name, cell in row} for row in rows]


def _conditional(box: ConditionalBox, around: Around) -> Logic:
    condition = compile_box(box.condition, around)
    consequence = compile_box(box.consequence, around)
    alternative = compile_box(box.alternative, around)

    def choose(run: Run, scope: Scope) -> object:
        answer = condition(run, scope)
        if answer is not None and not isinstance(answer, bool):
            run.warn(f"{around.owner}: a condition is neither true nor false")
            return None
        return (consequence if answer else alternative)(run, scope)

    return choose


def _filter(box: FilterBox, around: Around) -> Logic:
    source = compile_box(box.source, around)
    match = compile_box(box.match, around.knowing(["item"]))

    def select(run: Run, scope: Scope) -> object:
        value = source(run, scope)
        if value is None:
            return None
        items = value if isinstance(value, list) else [value]
        found = []
        for item in items:
            entries = item if isinstance(item, dict) else {}
            answer = match(run, {**scope, "item": item, **entries})
            if answer is True:
                found.append(item)
            elif not isinstance(answer, bool) and answer is not None:
                run.warn(f"{around.owner}: a filter's match is neither true nor false")
                return None
        return found

    return select


def _iterator(box: IteratorBox, around: Around) -> Logic:
    source = compile_box(box.source, around)
    body = compile_box(box.body, around.knowing([box.variable, "partial"]))
    finish = _FINISHES[box.quantifier]

    def iterate(run: Run, scope: Scope) -> object:
        value = source(run, scope)
        items = _iterated(value)
        if items is None:
            run.warn(f"{around.owner}: {box.quantifier} needs a list or a range of whole numbers")
            return None
        results: list[object] = []
        for item in items:
            results.append(body(run, {**scope, "partial": results, box.variable: item}))
        return finish(results)

    return iterate


def _iterated(value: object) -> Sequence[object] | None:
    if isinstance(value, list):
        return value
    if isinstance(value, feel.Range):
        found = feel.evaluate("for each in span.start..span.end return each", {"span": value})
        return found if isinstance(found, list) else None
    return None if value is None else [value]


def _some(answers: list[object]) -> object:
    if any(each is True for each in answers):
        return True
    return False if all(each is False for each in answers) else None


def _every(answers: list[object]) -> object:
    if any(each is False for each in answers):
        return False
    return True if all(each is True for each in answers) else None


_FINISHES: Final[dict[str, Callable[[list[object]], object]]] = {
    "for": lambda results: results,
    "some": _some,
    "every": _every,
}


def _unknown(box: UnknownBox, around: Around) -> Logic:
    return around.null(f"{box.kind}: not a boxed expression we know")


_COMPILERS: Final[dict[type[Box], Callable[[Any, Around], Logic]]] = {
    LiteralBox: _literal,
    ContextBox: _context,
    InvocationBox: _invocation,
    FunctionBox: _function,
    ListBox: _list,
    RelationBox: _relation,
    ConditionalBox: _conditional,
    FilterBox: _filter,
    IteratorBox: _iterator,
    TableBox: compile_table,
    UnknownBox: _unknown,
}
