"""Parts of a value: filters ``lines[amount > 2]``, positions ``lines[-1]`` and paths ``a.b``."""

from collections.abc import Mapping
from decimal import Decimal

from engine.feel.errors import NullBecause
from engine.feel.nodes import Filter, Literal, Name, Negation, Node, Path, mentions
from engine.feel.properties import property_of
from engine.feel.runtime import Closure, Compile, Locals, Run
from engine.feel.values import imported, kind_of

_MAPPINGS = (dict, Mapping)  # a dict is known at once, other mappings take longer


def compile_filter(node: Filter, compile_node: Compile) -> Closure:
    """``source[condition]``: the items it is true for, or the item at that position.

    The condition sees ``item`` and, when that is a context, its entries.
    """
    source, condition = compile_node(node.source), compile_node(node.condition)
    if _is_number(node.condition):
        return _position(node, source, condition)

    asks_item = mentions(node.condition, "item")

    def select(run: Run, names: Locals | None) -> object:
        items = _as_list(source(run, names))
        if items is None:
            run.warn(node.at, "a null has no items")
            return None
        found = []
        for item in items:
            run.step()
            inner = Locals(names, {"item": item}) if asks_item else names
            if isinstance(item, dict):
                inner = Locals(inner, item)
            answer = condition(run, inner)
            if answer is True:
                found.append(item)
            elif type(answer) is Decimal:
                return _item_at(run, node.at, items, answer)
            elif answer is not None and answer is not False:
                run.warn(node.at, f"a {kind_of(answer)} picks no items")
                return None
        return found

    return select


def _is_number(node: Node) -> bool:
    if isinstance(node, Negation):
        node = node.operand
    return isinstance(node, Literal) and isinstance(node.value, Decimal)


def _position(node: Filter, source: Closure, position: Closure) -> Closure:
    def pick(run: Run, names: Locals | None) -> object:
        items = _as_list(source(run, names))
        if items is None:
            run.warn(node.at, "a null has no items")
            return None
        return _item_at(run, node.at, items, position(run, names))

    return pick


def _as_list(value: object) -> list[object] | None:
    """Return a list; any other value is a list of one."""
    if isinstance(value, list) or value is None:
        return value
    return [value]


def _item_at(run: Run, at: int, items: list[object], position: object) -> object:
    if isinstance(position, Decimal) and position == position.to_integral_value():
        index = int(position) if abs(position) <= len(items) else 0
        if index:
            return items[index - 1 if index > 0 else index]
    run.warn(at, f"there is no item {position} in a list of {len(items)}")
    return None


def compile_path(node: Path, compile_node: Compile) -> Closure:
    """``source.name``: an entry or property; of a list, those of all items."""
    steps = _steps(node)
    root = steps[0].source
    if isinstance(root, Name):
        return _path_from_scope(node, root, [step.name for step in steps], compile_node)
    source, name = compile_node(node.source), node.name

    def follow(run: Run, names: Locals | None) -> object:
        return _step(run, node.at, source(run, names), name)

    return follow


def _steps(node: Path) -> list[Path]:
    steps = [node]
    while isinstance(steps[0].source, Path):
        steps.insert(0, steps[0].source)
    return steps


def _path_from_scope(node: Path, root: Name, path: list[str], compile_node: Compile) -> Closure:
    """Follow ``a.b.c`` through the caller's own mappings, and copy only what it leads to."""
    look_up = compile_node(root)

    def follow(run: Run, names: Locals | None) -> object:
        value, rest = _from_scope(run, names, root.name, path)
        if rest is path:
            value = look_up(run, names)
        for name in rest:
            if type(value) is dict and name in value:
                value = value[name]
            else:
                value = _step(run, node.at, value, name)
        return value

    return follow


def _from_scope(
    run: Run, names: Locals | None, root: str, path: list[str]
) -> tuple[object, list[str]]:
    """Return the value as far as the scope's mappings lead, and the path that is left."""
    while names is not None:
        if root in names.variables:
            return None, path
        names = names.parent
    if root in run.values:
        return None, path
    value: object = run.scope.get(root)
    taken = 0
    while taken < len(path) and isinstance(value, _MAPPINGS) and path[taken] in value:
        value = value[path[taken]]
        taken += 1
    return (imported(value), path[taken:]) if taken else (None, path)


def _step(run: Run, at: int, value: object, name: str) -> object:
    try:
        return property_of(value, name)
    except NullBecause as reason:
        run.warn(at, str(reason))
        return None
