"""The business values of a case that lists show: those ``process.toml`` declares as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.storage.bundles import Deployed


def business_values(definition: Deployed, variables: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the declared columns a case has a value for, in the declared order."""
    known = variables or {}
    return {key: known[key] for key in definition.columns if known.get(key) is not None}
