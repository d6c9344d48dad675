"""Names: how many words make one name, and which names an expression leaves free.

A FEEL name may hold spaces (``order total``), and even operators and keywords
(``full-time``, ``terms and conditions``). Words that follow one another can be nothing
but one name, so they are joined without knowing any scope. The other kind, *odd* names,
is found by longest match among the names the caller gives and those the text itself defines.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.feel.lexer import KEYWORDS, NAME_PART, Token, tokens_of
from engine.feel.nodes import (
    Call,
    ContextOf,
    ExternalFunction,
    Filter,
    FunctionOf,
    Loop,
    Name,
    Node,
    Quantified,
    children,
)

ODD_FUNCTIONS = (
    "date and time",
    "years and months duration",
    "get or else",
)

KEPT = 4096  #: names whose form is remembered


class OddNames:
    """The names with operators or keywords in them that are known at one point of a text."""

    def __init__(self, names: Iterable[str]) -> None:
        self._variables = {name: _pattern(name) for name in names if is_odd(name)}
        self._entries: Mapping[str, re.Pattern[str]] = {}

    def add(self, name: str) -> None:
        if is_odd(name):
            self._variables = {**self._variables, name: _pattern(name)}
            self._entries = {**self._entries, name: _pattern(name)}

    def mark(self) -> Mapping[str, re.Pattern[str]]:
        return self._variables

    def reset(self, mark: Mapping[str, re.Pattern[str]]) -> None:
        """Forget what was added since the ``mark``: a context or loop ended."""
        self._variables = dict(mark)

    def match(self, text: str, at: int, *, entry: bool = False) -> tuple[str, int] | None:
        """Return the longest known name that stands at ``at``, and where it ends.

        An ``entry`` is what stands after a dot: there, those of all contexts of the text count.
        """
        best: tuple[str, int] | None = None
        others = self._entries if entry else _FUNCTIONS
        for patterns in (others, self._variables):
            for name, pattern in patterns.items():
                match = pattern.match(text, at)
                whole = match and not NAME_PART.match(text, match.end())
                if match and whole and (best is None or match.end() > best[1]):
                    best = name, match.end()
        return best


@lru_cache(KEPT)
def _pattern(name: str, following: str = "") -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, name.split())) + following)


_FUNCTIONS = {name: _pattern(name, r"(?=\s*\()") for name in ODD_FUNCTIONS}


@lru_cache(KEPT)
def is_odd(name: str) -> bool:
    """Tell whether the words of ``name`` would not be joined without knowing it."""
    if not name.strip() or len(name) > 200 or '"' in name or "/*" in name:
        return False  # can only be reached with ``get value``
    tokens = tokens_of(name)[:-1]
    joined = tokens and tokens[0].kind == "name" and all(map(continues_name, tokens))
    return not joined


def odd_names_in(scope: Mapping[str, object]) -> frozenset[str]:
    """Return the odd names among the keys of ``scope`` and of the contexts in it."""
    found: set[str] = set()
    waiting: list[Mapping[str, object]] = [scope]
    while waiting:
        for name, value in waiting.pop().items():
            if isinstance(name, str) and is_odd(name):
                found.add(name)
            if isinstance(value, Mapping):
                waiting.append(value)
    return frozenset(found)


def continues_name(token: Token) -> bool:
    """Tell whether a token that follows a word can only belong to the same name."""
    if token.kind == "number":
        return token.text.isdigit()
    return token.kind == "name" and token.text not in KEYWORDS


def free_names(tree: Node, functions: Iterable[str] = ()) -> frozenset[str]:
    """Return the names ``tree`` needs from its scope.

    Names inside a filter may be entries of the filtered items, which only the evaluation
    knows; they are left out. ``functions`` are the built-in ones, free only as variables.
    """
    found: set[str] = set()
    builtins = frozenset(functions)
    waiting: list[tuple[Node, frozenset[str]]] = [(tree, frozenset({"?"}))]
    while waiting:
        node, bound = waiting.pop()
        if isinstance(node, Name) and node.name not in bound:
            found.add(node.name)
        elif isinstance(node, Call) and isinstance(node.function, Name):
            if node.function.name not in bound | builtins:
                found.add(node.function.name)
            arguments = (*node.positional, *(value for _, value in node.named))
            waiting.extend((each, bound) for each in arguments)
        else:
            waiting.extend(inner(node, bound))
    return frozenset(found)


def inner(node: Node, bound: frozenset[str]) -> Iterable[tuple[Node, frozenset[str]]]:
    """Return the nodes below ``node`` that see its scope, each with the names bound there."""
    match node:
        case Filter(source=source):
            return [(source, bound)]
        case ExternalFunction():
            return []
        case FunctionOf(parameters=parameters, body=body):
            return [(body, bound | set(parameters))]
        case ContextOf(entries=entries):
            names = [name for name, _ in entries]
            return [(each, bound | set(names[:at])) for at, (_, each) in enumerate(entries)]
        case Loop(sources=sources, body=body) | Quantified(sources=sources, condition=body):
            parts: list[tuple[Node, frozenset[str]]] = []
            for source in sources:
                parts.extend((each, bound) for each in children(source))
                bound = bound | {source.name}
            return [*parts, (body, bound | {"partial"})]
        case _:
            return [(each, bound) for each in children(node)]
