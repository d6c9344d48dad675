"""A case's state as bytes: arrays of plain data, no type tags, no model inside.

What a person typed is only ever data here: nothing in it is looked at on the way back.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import simplejson

from engine.bpmn.errors import SnapshotStale
from engine.bpmn.model import Model
from engine.bpmn.state import ROOT, Items, Scope, State, Token
from engine.bpmn.timers import Due

CODEC = 1

_ENCODER = simplejson.JSONEncoder(
    use_decimal=True,
    ensure_ascii=False,
    separators=(",", ":"),
    allow_nan=False,
)
_DECODER = simplejson.JSONDecoder(parse_float=Decimal)


def dump(state: State) -> bytes:
    """Return the state as bytes; equal states give equal bytes."""
    return _ENCODER.encode(
        [
            CODEC,
            state.seed,
            state.counter,
            [_from_scope(each) for each in state.scopes.values()],
            [_from_token(each) for each in state.tokens.values()],
            [state.finished, state.end_id, state.error_code],
        ]
    ).encode()


def load(snapshot: bytes, model: Model, process_id: str) -> State:
    """Return the state that ``dump`` wrote.

    Raises:
        SnapshotStale: another codec, or elements that ``model`` does not have.
    """
    try:
        codec, seed, counter, scopes, tokens, ended = _DECODER.decode(snapshot.decode())
        if codec != CODEC:
            raise SnapshotStale(f"codec {codec} is not {CODEC}")
        state = State(seed, counter)
        state.finished, state.end_id, state.error_code = ended
        state.scopes = {each[0]: _to_scope(each) for each in scopes}
        state.tokens = {each[0]: _to_token(each) for each in tokens}
        _fits(state, model, process_id)
    except (ValueError, TypeError, IndexError, KeyError) as failure:
        raise SnapshotStale(f"not a snapshot: {failure}") from failure
    return state


def _fits(state: State, model: Model, process_id: str) -> None:
    if state.scopes[ROOT].process != process_id:
        raise SnapshotStale(f"a snapshot of {state.scopes[ROOT].process}, not {process_id}")
    for scope in state.scopes.values():
        if scope.process not in model.graphs:
            raise SnapshotStale(f"the model has no process {scope.process}")
    for token in state.tokens.values():
        process = state.scopes[token.scope].process
        if token.node not in model.graphs[process].nodes:
            raise SnapshotStale(f"process {process} has no element {token.node}")


def _from_scope(scope: Scope) -> list[Any]:
    return [
        scope.id,
        scope.kind,
        scope.process,
        scope.node,
        scope.owner,
        scope.values,
        scope.index,
        scope.arrived,
    ]


def _to_scope(row: list[Any]) -> Scope:
    return Scope(*row)


def _from_token(token: Token) -> list[Any]:
    due = token.due and [token.due.at.isoformat(), token.due.every, token.due.repeats]
    items = token.items and [
        token.items.items,
        token.items.opened,
        token.items.done,
        list(token.items.outputs.items()),
    ]
    return [token.id, token.node, token.scope, token.host, due, token.correlation, items]


def _to_token(row: list[Any]) -> Token:
    token_id, node, scope, host, due, correlation, items = row
    return Token(
        token_id,
        node,
        scope,
        host,
        due and Due(datetime.fromisoformat(due[0]), due[1], due[2]),
        correlation,
        items and Items(items[0], items[1], items[2], dict(items[3])),
    )
