"""What is said of one signature that was verified: to people, and to programs."""

from __future__ import annotations

from typing import Any

from engine.errors import Problem
from engine.signing.results import Verification
from webapp.problems import as_json, text_of


def reason(each: Verification, language: str) -> str:
    """Return why a signature has not passed; empty where it has."""
    return text_of(Problem(each.code), None, language) if each.code else ""


def told(each: Verification) -> dict[str, Any]:
    """Return what a program is told of a signature."""
    return {
        "result": each.result.value,
        "code": each.code,
        "reasons": [as_json(Problem(each.code))] if each.code else [],
        "signer": each.signer.name if each.signer else None,
        "level": each.level.value if each.level else None,
        "form": each.form,
        "field": each.field,
        "signedAt": each.signed_at.isoformat() if each.signed_at else None,
        "stampedAt": each.stamped_at.isoformat() if each.stamped_at else None,
    }
