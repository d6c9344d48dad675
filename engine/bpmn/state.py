"""What lives of a case: tokens at rest, the scopes they rest in, and the variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.bpmn.plain import Json
from engine.bpmn.timers import Due

ROOT = 0  #: the scope of the case itself
LISTENS = ""  #: the host of an event sub-process's start: it keeps nothing alive


class Done(NamedTuple):
    """A completed activity that compensation may have to undo."""

    node: str
    values: dict[str, Json]  #: what only its item of a multi-instance activity saw
    inner: list[Done]  #: what was completed inside it, oldest first


@dataclass(slots=True)
class Items:
    """How far a multi-instance activity has come."""

    items: list[Json]
    opened: int = 0
    done: int = 0
    outputs: dict[int, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Token:
    """One visit of one element that has not ended."""

    id: str
    node: str
    scope: int
    host: str | None = None  #: the token whose boundary (or event gateway) it belongs to; LISTENS
    due: Due | None = None
    correlation: dict[str, Json] = field(default_factory=dict)
    items: Items | None = None
    met: bool = False  #: a condition that held when it was last looked at
    undo: list[Done] = field(default_factory=list)  #: what a compensation has yet to undo
    phase: int = 0  #: at which act before (or after, when negative) its element it rests


@dataclass(slots=True)
class Scope:
    """A process, an embedded sub-process, or one item of a multi-instance activity."""

    id: int
    kind: str  #: process, part, item, undo
    process: str
    node: str | None  #: the sub-process, or the activity an item belongs to
    owner: str | None  #: the token that waits for this scope to end
    values: dict[str, Json]  #: of a process, or local to an item or its undoing
    index: int = 0  #: of an item
    arrived: dict[str, dict[str, int]] = field(default_factory=dict)  #: at joins, by flow
    done: list[Done] = field(default_factory=list)  #: oldest first
    #: of complex gateways that wait for reset: the flows whose tokens let them start
    taken: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """A case between two steps."""

    seed: str  #: makes tokens of different cases different
    counter: int = 0
    tokens: dict[str, Token] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)
    finished: bool = False
    end_id: str | None = None
    error_code: str | None = None

    def new_token(self, node: str, scope: int, host: str | None = None) -> Token:
        """Open a visit."""
        token = Token(f"{self.seed}-{self._next()}", node, scope, host)
        self.tokens[token.id] = token
        return token

    def new_scope(
        self,
        kind: str,
        process: str,
        node: str | None,
        owner: str | None,
        values: dict[str, Json] | None = None,
        index: int = 0,
    ) -> Scope:
        """Open a scope; the first one is the case."""
        scope_id = self._next() if self.scopes else ROOT
        scope = Scope(scope_id, kind, process, node, owner, values or {}, index)
        self.scopes[scope.id] = scope
        return scope

    def _next(self) -> int:
        self.counter += 1
        return self.counter

    def chain(self, scope: Scope) -> Iterator[Scope]:
        """Yield ``scope`` and those around it, up to its process."""
        current = scope
        while True:
            yield current
            if current.kind == "process" or current.owner is None:
                return
            current = self.scopes[self.tokens[current.owner].scope]

    def visible(self, scope: Scope) -> Mapping[str, Json]:
        """Return the variables an expression in ``scope`` sees."""
        layers = [each.values for each in self.chain(scope) if each.values]
        if len(layers) <= 1:
            return layers[0] if layers else {}
        seen: dict[str, Json] = {}
        for layer in reversed(layers):
            seen.update(layer)
        return seen

    def local(self, scope: Scope) -> dict[str, Json]:
        """Return what only an activity, an item of it or its undoing sees: not the whole case."""
        found: dict[str, Json] = {}
        for each in self.chain(scope):
            if each.kind in ("item", "undo", "part"):
                found = {**each.values, **found}
        return found

    def depth(self, scope: Scope) -> int:
        """Return how many scopes stand around ``scope``, calls included."""
        deep = 0
        while scope.owner is not None:
            scope = self.scopes[self.tokens[scope.owner].scope]
            deep += 1
        return deep

    @property
    def busy(self) -> set[int]:
        """The scopes in which something lives; one that only listens for events does not."""
        return {each.scope for each in self.tokens.values() if not self._listens(each)}

    def _listens(self, token: Token) -> bool:
        """Tell whether it only waits beside its scope, itself or as a part of what does."""
        if not token.host:
            return token.host == LISTENS
        return self.tokens[token.host].host == LISTENS

    def attached(self, host: str) -> list[Token]:
        """Return the boundary events (or awaited events) that belong to ``host``."""
        return [each for each in self.tokens.values() if each.host == host]
