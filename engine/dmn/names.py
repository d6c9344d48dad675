"""Names that expressions of a model may use beside those of its variables: entries of values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from engine.dmn.boxes import Box, ContextBox, RelationBox, TableBox
from engine.dmn.model import Decision, Definitions, Knowledge


def names_inside(model: Definitions) -> frozenset[str]:
    """Return the names of all entries, columns and outputs in the model's logic."""
    found: set[str] = set()
    for node in model.nodes:
        if isinstance(node, Decision | Knowledge) and node.logic is not None:
            for box in boxes_in(node.logic):
                found.update(_names(box))
    return frozenset(found)


def boxes_in(box: Box) -> Iterator[Box]:
    """Yield a boxed expression and all those inside it."""
    waiting: list[object] = [box]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Box):
            yield part
        if isinstance(part, tuple):
            waiting.extend(reversed(part))
        elif hasattr(part, "__dataclass_fields__"):
            waiting.extend(getattr(part, each.name) for each in reversed(fields(part)))  # type: ignore[arg-type]


def _names(box: Box) -> Iterator[str]:
    match box:
        case ContextBox(entries):
            yield from (each.name for each in entries if each.name)
        case RelationBox(columns):
            yield from (each.name for each in columns)
        case TableBox(outputs=outputs):
            yield from (each.name for each in outputs if each.name)
