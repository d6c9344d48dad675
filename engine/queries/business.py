"""The business values of a case that lists show: those ``process.toml`` declares as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.storage.bundles import Deployed


def business_values(definition: Deployed, variables: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the declared columns a case has a value for, in the declared order."""
    known = variables or {}
    declared = definition.bundle.process(definition.process_id).columns
    return {key: known[key] for key in declared if known.get(key) is not None}
