"""Codec 2: short arrays, the case's own variables kept beside them.

Every row ends where only empty values would follow. A token is named by its number, for the
case's seed is in front of each. A called process keeps only what differs from the variables
around its call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bpmn.plain import Json
from engine.bpmn.state import LISTENS, ROOT, Done, Items, Scope, State, Token
from engine.bpmn.timers import Due

CODEC = 2

_HELD_BY_ITS_SCOPE = -1
_FEW = 20  #: items that are stored by themselves, whatever variable they are
_KINDS = ("process", "part", "item", "undo")


def write(state: State) -> list[Any]:
    """Return the state as rows; equal states give equal rows."""
    return _short(
        [
            CODEC,
            state.seed,
            state.counter,
            [_from_scope(each, state) for each in state.scopes.values()],
            [_from_token(each, state) for each in state.tokens.values()],
            _short([state.finished, state.end_id, state.error_code]),
        ]
    )


def read(rows: list[Any], variables: Mapping[str, Json]) -> State:
    """Return the state; anything but codec 2 raises whatever it stumbles over."""
    _, seed, counter, scopes, tokens, ended = _padded(rows, 6)
    state = State(seed, counter)
    state.finished, state.end_id, state.error_code = _padded(ended or [], 3)
    state.finished = bool(state.finished)
    for row in tokens or ():
        token = _to_token(row, seed)
        state.tokens[token.id] = token
    for row in scopes:
        scope = _to_scope(row, state, variables)
        state.scopes[scope.id] = scope
    for token in state.tokens.values():
        name: Any = token.items and token.items.items
        if token.items is not None and isinstance(name, str):
            token.items.items = _list_named(name, token, state)
    return state


def _from_scope(scope: Scope, state: State) -> list[Any]:
    values: Any = scope.values
    process = scope.process
    if scope.owner is not None:
        around = state.scopes[state.tokens[scope.owner].scope]
        if scope.kind == "process":
            values = _difference(scope.values, state.visible(around))
        else:
            process = ""
    elif scope.id == ROOT:
        values = None
    return _short(
        [
            scope.id,
            _KINDS.index(scope.kind),
            process,
            scope.owner and _number(scope.owner),
            scope.node,
            values,
            scope.index,
            scope.arrived,
            [_from_done(each) for each in scope.done],
            scope.taken,
        ]
    )


def _to_scope(row: list[Any], state: State, variables: Mapping[str, Json]) -> Scope:
    scope_id, kind, process, owner, node, values, index, arrived, done, taken = _padded(row, 10)
    owner_id = f"{state.seed}-{owner}" if owner else None
    if owner_id is not None:
        around = state.scopes[state.tokens[owner_id].scope]
        process = process or around.process
        if _KINDS[kind or 0] == "process":
            values = _together(values or [], state.visible(around))
    elif scope_id == ROOT:
        values = dict(variables)
    return Scope(
        scope_id,
        _KINDS[kind or 0],
        process,
        node,
        owner_id,
        values or {},
        index or 0,
        arrived or {},
        [_to_done(each) for each in done or ()],
        taken or {},
    )


def _difference(values: Mapping[str, Json], around: Mapping[str, Json]) -> list[Any]:
    missing = object()
    changed = {key: each for key, each in values.items() if around.get(key, missing) is not each}
    return _short([changed, [key for key in around if key not in values]])


def _together(difference: list[Any], around: Mapping[str, Json]) -> dict[str, Json]:
    changed, hidden = _padded(difference, 2)
    values = {key: each for key, each in around.items() if key not in (hidden or ())}
    return values | (changed or {})


def _from_token(token: Token, state: State) -> list[Any]:
    due = token.due and [token.due.at.isoformat(), token.due.every, token.due.repeats]
    if due and token.due and token.due.every is None:
        del due[1:]
    return _short(
        [
            _number(token.id),
            token.node,
            token.scope,
            _HELD_BY_ITS_SCOPE if token.host == LISTENS else token.host and _number(token.host),
            due,
            token.correlation,
            token.items and _from_items(token.items, state.visible(state.scopes[token.scope])),
            token.met,
            [_from_done(each) for each in token.undo],
            token.phase,
        ]
    )


def _to_token(row: list[Any], seed: str) -> Token:
    number, node, scope, host, due, correlation, items, met, undo, phase = _padded(row, 10)
    return Token(
        f"{seed}-{number:d}",
        node,
        scope or ROOT,
        LISTENS if host == _HELD_BY_ITS_SCOPE else host and f"{seed}-{host}",
        due and Due(datetime.fromisoformat(due[0]), *due[1:]),
        correlation or {},
        items and _to_items(items),
        bool(met),
        [_to_done(each) for each in undo or ()],
        phase or 0,
    )


def _from_items(items: Items, seen: Mapping[str, Json]) -> list[Any]:
    """Return items by their number, by the name of the variable that they are, or as they are."""
    what: Any = items.items
    if all(each is None for each in what):
        what = len(what)
    elif len(what) > _FEW:
        what = next((name for name, each in seen.items() if each is what), what)
    return [
        what,
        items.opened,
        items.done,
        list(items.outputs.items()),
    ]


def _to_items(row: list[Any]) -> Items:
    items, opened, done, outputs = row
    each = [None] * items if isinstance(items, int) else items
    return Items(each, opened, done, dict(outputs))


def _list_named(name: str, token: Token, state: State) -> list[Json]:
    named = state.visible(state.scopes[token.scope])[name]
    if not isinstance(named, list):
        raise TypeError(f"{name} is no list")
    return named


def _from_done(done: Done) -> list[Any]:
    return _short([done.node, done.values, [_from_done(each) for each in done.inner]])


def _to_done(row: list[Any]) -> Done:
    node, values, inner = _padded(row, 3)
    return Done(node, values or {}, [_to_done(each) for each in inner or ()])


def _number(token: str) -> int:
    return int(token.rpartition("-")[2])


def _short(row: list[Any]) -> list[Any]:
    while row and not row[-1]:
        row.pop()
    return row


def _padded(row: list[Any], length: int) -> list[Any]:
    return row + [None] * (length - len(row))
