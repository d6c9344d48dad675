"""Whose an account is, by the bank's word."""

from __future__ import annotations

from engine.errors import Problem


def owner_problems(payee_id: str, owner_id: str | None) -> list[Problem]:
    """Return ``PAY-001`` where the bank knows no such account, ``PAY-007`` where another has it."""
    if owner_id is None:
        return [Problem("PAY-001", "payee_iban")]
    return [] if owner_id == payee_id else [Problem("PAY-007", "payee_iban")]
