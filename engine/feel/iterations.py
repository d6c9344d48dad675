"""Loops: ``for … return`` and ``some``/``every … satisfies``."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from engine.feel.errors import NullBecause
from engine.feel.exact import AnyDate, date_of_days, exact_date
from engine.feel.nodes import Loop, Quantified, Source, mentions
from engine.feel.operators import contains
from engine.feel.runtime import Closure, Compile, Locals, Run
from engine.feel.values import Range, kind_of

#: A source, compiled: its variable, and what yields the values of it.
_Compiled = tuple[str, Callable[[Run, Locals | None], Iterator[object]]]


def compile_loop(node: Loop, compile_node: Compile) -> Closure:
    """``for``: the list of what the body gives for each combination of the sources."""
    sources = [_source(source, compile_node) for source in node.sources]
    body = compile_node(node.body)

    asks_partial = mentions(node, "partial")

    def collect(run: Run, names: Locals | None) -> object:
        found: list[object] = []
        if asks_partial:
            names = Locals(names, {"partial": found})
        try:
            for inner in _rounds(run, names, sources):
                found.append(body(run, inner))  # noqa: PERF401 - ``partial`` is this list
        except NullBecause as reason:
            run.warn(node.at, str(reason))
            return None
        return found

    return collect


def compile_quantified(node: Quantified, compile_node: Compile) -> Closure:
    """``some`` and ``every``: three-valued ``or`` and ``and`` over all combinations."""
    sources = [_source(source, compile_node) for source in node.sources]
    condition = compile_node(node.condition)
    deciding = not node.every

    def decide(run: Run, names: Locals | None) -> object:
        answer: bool | None = not deciding
        try:
            for inner in _rounds(run, names, sources):
                value = condition(run, inner)
                if value is deciding:
                    return deciding
                if not isinstance(value, bool):
                    answer = None
        except NullBecause as reason:
            run.warn(node.at, str(reason))
            return None
        return answer

    return decide


def _rounds(
    run: Run, names: Locals | None, sources: Sequence[_Compiled]
) -> Iterator[Locals | None]:
    """Yield the names of each combination; a later source sees the variables before it."""
    if not sources:
        yield names
        return
    (name, values), *others = sources
    for value in values(run, names):
        run.step()
        inner = Locals(names, {name: value})
        if others:
            yield from _rounds(run, inner, others)
        else:
            yield inner


def _source(source: Source, compile_node: Compile) -> _Compiled:
    start = compile_node(source.start)
    if source.end is None:
        return source.name, lambda run, names: _items(start(run, names))
    end = compile_node(source.end)
    return source.name, lambda run, names: _counted(start(run, names), end(run, names))


def _items(value: object) -> Iterator[object]:
    """Go through a list, the whole numbers or days of a range; another value is a list of one."""
    if isinstance(value, list):
        return iter(value)
    if isinstance(value, Range):
        each = _counted(value.low, value.high)
        return (item for item in each if contains(value, item))
    if value is None:
        raise NullBecause("a null is no list to go through")
    return iter((value,))


def _counted(start: object, end: object) -> Iterator[object]:
    """Count from ``start`` to ``end``, both included, up or down, by ones or by days."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if start != start.to_integral_value() or end != end.to_integral_value():
            raise NullBecause("a loop counts in whole numbers")
        step = 1 if start <= end else -1
        return (Decimal(each) for each in range(int(start), int(end) + step, step))
    if kind_of(start) == kind_of(end) == "date":
        return _days(start, end)  # type: ignore[arg-type] # by their kind
    raise NullBecause(f"a loop cannot count from a {kind_of(start)} to a {kind_of(end)}")


def _days(start: AnyDate, end: AnyDate) -> Iterator[object]:
    first, last = exact_date(start).days, exact_date(end).days
    step = 1 if first <= last else -1
    return (date_of_days(each) for each in range(first, last + step, step))
