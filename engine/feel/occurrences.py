"""Where a text says a name from outside of it, so that the name can be another and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.feel.builtins import BUILTINS
from engine.feel.names import inner
from engine.feel.nodes import Call, Filter, Name, Node, Path
from engine.feel.parser import parse_expression, parse_unary_tests


class Occurrence(NamedTuple):
    """One place of a name, in characters of the text."""

    start: int
    end: int
    is_sure: bool = True  #: false: it may as well be an entry of what a filter looks through


def occurrences(text: str, name: str, *, are_tests: bool = False) -> list[Occurrence]:
    """Return where a FEEL text reads a name from its scope, in the order they stand.

    What the text defines itself (in a loop, a function, a context) is no such place.

    Args:
        are_tests: it is an input cell of a decision table.

    Raises:
        FeelSyntaxError: the text is no FEEL.

    >>> [text for text in occurrences("amount > x.amount and amount < 5", "amount")]
    [Occurrence(start=0, end=6, is_sure=True), Occurrence(start=22, end=28, is_sure=True)]
    """
    read = parse_unary_tests if are_tests else parse_expression
    found = (_at(text, at, name, is_sure) for at, is_sure in _free(read(text), name))
    return sorted(set(found))


def entries(text: str, of: tuple[str, ...], name: str) -> list[Occurrence]:
    """Return where a FEEL text reads an entry of a path from its scope: ``parent.amount``.

    Raises:
        FeelSyntaxError: the text is no FEEL.

    >>> entries("parent . amount", ("parent",), "amount")
    [Occurrence(start=9, end=15, is_sure=True)]
    """
    found: list[Occurrence] = []
    waiting = [parse_expression(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Path) and node.name == name and _steps(node.source) == of:
            after = re.compile(r"\.\s*").match(text, node.at)
            assert after is not None
            found.append(_at(text, after.end(), name, True))
        waiting.extend(each for each, _bound in inner(node, frozenset()))
        if isinstance(node, Filter):
            waiting.append(node.condition)
    return sorted(set(found))


def _free(tree: Node, name: str) -> Iterator[tuple[int, bool]]:
    waiting: list[tuple[Node, frozenset[str], bool]] = [(tree, frozenset({"?"}), True)]
    while waiting:
        node, bound, is_sure = waiting.pop()
        if isinstance(node, Name):
            if node.name == name and name not in bound:
                yield node.at, is_sure
            continue
        if isinstance(node, Filter):
            waiting.append((node.condition, bound | {"item"}, False))
        called = node.function if isinstance(node, Call) else None
        for each, known in inner(node, bound):
            is_builtin = each is called and isinstance(each, Name) and each.name in BUILTINS
            if not is_builtin:
                waiting.append((each, known, is_sure))


def _steps(node: Node) -> tuple[str, ...]:
    steps: list[str] = []
    while isinstance(node, Path):
        steps.append(node.name)
        node = node.source
    return (node.name, *reversed(steps)) if isinstance(node, Name) else ()


def _at(text: str, start: int, name: str, is_sure: bool) -> Occurrence:
    """Return a place with its end: the words of a name may have any space between them."""
    match = re.compile(r"\s+".join(map(re.escape, name.split()))).match(text, start)
    assert match is not None
    return Occurrence(start, match.end(), is_sure)
