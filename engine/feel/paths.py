"""What an expression looks at: variables of its scope, and the entries of them it reads."""

from __future__ import annotations

from functools import lru_cache

from engine.feel.expression import CACHED, Expression
from engine.feel.names import inner
from engine.feel.nodes import Name, Node
from engine.feel.nodes import Path as PathNode

Path = tuple[str, ...]


@lru_cache(CACHED)
def looked_at(expression: Expression) -> tuple[Path, ...]:
    """Return the paths an expression reads, each from a name it needs from its scope.

    ``bill.amount > limit`` reads ``("bill", "amount")`` and ``("limit",)``. What is also read
    whole is told whole.
    """
    names = expression.names
    found: set[Path] = set()
    waiting: list[tuple[Node, frozenset[str]]] = [(expression.tree, frozenset())]
    while waiting:
        node, bound = waiting.pop()
        path = _path(node)
        if path is None:
            waiting.extend(inner(node, bound))
        elif path[0] in names and path[0] not in bound:
            found.add(path)
    found |= {(each,) for each in names if all(path[0] != each for path in found)}
    return tuple(sorted(each for each in found if not _is_inside(each, found)))


def _path(node: Node) -> Path | None:
    """Return the steps of ``a.b.c``; of anything else nothing."""
    steps: list[str] = []
    while isinstance(node, PathNode):
        steps.append(node.name)
        node = node.source
    return (node.name, *reversed(steps)) if isinstance(node, Name) else None


def _is_inside(path: Path, others: set[Path]) -> bool:
    return any(path[:length] in others for length in range(1, len(path)))
