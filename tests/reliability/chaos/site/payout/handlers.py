"""Two steps between the payments; they only compute, so they may run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.sdk import Answers, service_task


@service_task("payout_prepare")
def prepare(answers: Answers) -> Mapping[str, Any]:
    """Say what the two payments make together."""
    return {"total": answers.integer("number") * 4 + 1}


@service_task("payout_enter")
def enter(answers: Answers) -> Mapping[str, Any]:
    """Look whether both receipts are there."""
    return {"entered": [answers.integer("receipt_first"), answers.integer("receipt_second")]}
