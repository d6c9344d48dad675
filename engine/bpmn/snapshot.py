"""A case's state as bytes: arrays of plain data, no type tags, no model inside.

What a person typed is only ever data here: nothing in it is looked at on the way back.
The state of every codec that was ever released loads; the newest is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import codec1, codec2
from engine.bpmn.errors import SnapshotStale
from engine.bpmn.model import Model
from engine.bpmn.plain import Json
from engine.bpmn.remembered import state_of
from engine.bpmn.state import ROOT, State
from engine.bpmn.step import Stored
from engine.values import exact_json

_ATOM = 10  #: bytes that a number counts for


def dump(state: State) -> bytes:
    """Return the state as bytes, but for the case's own variables; equal states, equal bytes."""
    return exact_json.written(codec2.write(state)).encode()


def weight(values: Mapping[str, Json]) -> int:
    """Return about how many bytes values take where they are stored; cheap for small ones."""
    return sum(len(name) + _weight_of(each) for name, each in values.items())


def _weight_of(value: Json) -> int:
    match value:
        case str():
            return len(value.encode())
        case list() | dict():
            return len(exact_json.written(value).encode())
    return _ATOM


def load(stored: Stored, model: Model, process_id: str) -> State:
    """Return the state that was stored.

    Raises:
        SnapshotStale: an unknown codec, or elements that ``model`` does not have.
    """
    try:
        rows = exact_json.read(state_of(stored.snapshot).decode())
        state = _read(rows, stored)
        _fits(state, model, process_id)
    except (ValueError, TypeError, IndexError, KeyError) as failure:
        raise SnapshotStale(f"not a snapshot: {failure}") from failure
    return state


def _read(rows: list[Any], stored: Stored) -> State:
    codec = rows[0]
    if codec == codec2.CODEC:
        return codec2.read(rows, stored.variables)
    if codec == 1:
        return codec1.read(rows)
    raise SnapshotStale(f"codec {codec} is not known")


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
