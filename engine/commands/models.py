"""Compiled diagrams of a bundle; a bundle never changes, so compiled once per process."""

from __future__ import annotations

from engine import bpmn
from engine.catalogue.bundle import Bundle

_models: dict[str, bpmn.Model] = {}
_examined: set[str] = set()
_listening: dict[str, bool] = {}
_stores_written: dict[str, frozenset[str]] = {}


def model_of(bundle: Bundle) -> bpmn.Model:
    """Return the compiled diagrams of a deployed bundle.

    Raises:
        ModelRefused: something in them cannot run.
    """
    known = _models.get(bundle.id)
    if known is None:
        known = bpmn.compile_model(bundle.diagrams, bundle.decisions, deployed=True)
        _models[bundle.id] = known
    return known


def examined(bundle: Bundle) -> bpmn.Model:
    """Return the compiled diagrams of a bundle that is to be deployed, examined whole.

    Raises:
        ModelRefused: something in them cannot run.
    """
    if bundle.id not in _examined:
        _models[bundle.id] = bpmn.compile_model(bundle.diagrams, bundle.decisions)
        _examined.add(bundle.id)
    return _models[bundle.id]


def forget(bundle_id: str) -> None:
    """Keep what was compiled of a bundle no more; whoever needs it compiles it again."""
    _models.pop(bundle_id, None)
    _examined.discard(bundle_id)
    _listening.pop(bundle_id, None)
    _stores_written.pop(bundle_id, None)


def can_call(bundle: Bundle) -> bool:
    """Tell whether a case of the bundle may ever call a case of its own."""
    return model_of(bundle).calls_outside


def stores_written(bundle: Bundle) -> frozenset[str]:
    """Return the data stores that the processes of a bundle write."""
    known = _stores_written.get(bundle.id)
    if known is None:
        model = model_of(bundle)
        uses = (use for each in model.processes for use in bpmn.stores_used(model, each))
        known = _stores_written[bundle.id] = frozenset(use.store for use in uses if use.writes)
    return known


def can_listen(bundle: Bundle) -> bool:
    """Tell whether a case of the bundle may ever wait for a message, signal or condition."""
    known = _listening.get(bundle.id)
    if known is None:
        elements = (
            each for process in model_of(bundle).processes.values() for each in process.elements
        )
        known = _listening[bundle.id] = model_of(bundle).is_watched or any(
            each.kind == "receiveTask"
            or each.trigger in ("message", "signal", "conditional", "multiple")
            for each in elements
        )
    return known
