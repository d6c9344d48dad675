"""Reads what codec 1 wrote: a case with its own variables inside, every field in its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.bpmn.state import Items, Scope, State, Token
from engine.bpmn.timers import Due


def read(rows: list[Any]) -> State:
    """Return the state; anything but codec 1 raises whatever it stumbles over."""
    _, seed, counter, scopes, tokens, ended = rows
    state = State(seed, counter)
    state.finished, state.end_id, state.error_code = ended
    state.scopes = {each[0]: Scope(*each) for each in scopes}
    state.tokens = {each[0]: _token(each) for each in tokens}
    return state


def _token(row: list[Any]) -> Token:
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
