"""Which data stores a model reads and writes, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.inout import Fetch, Keep
from engine.bpmn.model import Model


@dataclass(frozen=True, slots=True)
class StoreUse:
    """One element that reads a data store, or writes it."""

    store: str  #: its id in the diagram
    element_id: str
    writes: bool


def stores_used(model: Model, process_id: str) -> Iterator[StoreUse]:
    """Yield every use of a data store in a process."""
    for node in model.graphs[process_id].nodes.values():
        for act in (*node.inout.before, *node.inout.after) if node.inout else ():
            if isinstance(act, Fetch | Keep):
                yield StoreUse(act.store, node.id, isinstance(act, Keep))
