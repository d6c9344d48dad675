"""Compiled diagrams of a bundle; a bundle never changes, so compiled once per process."""

from __future__ import annotations

from engine import bpmn
from engine.catalogue.bundle import Bundle

_models: dict[str, bpmn.Model] = {}


def model_of(bundle: Bundle) -> bpmn.Model:
    """Return the bundle's compiled diagrams.

    Raises:
        ModelRefused: something in them cannot run.
    """
    known = _models.get(bundle.id)
    if known is None:
        known = _models[bundle.id] = bpmn.compile_model(bundle.diagrams)
    return known
