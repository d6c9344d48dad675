"""Why a bank did not pay and what to do next, in the language of the page."""

from __future__ import annotations

from engine import values
from engine.values import in_language
from webapp.request import locale


def bank_reason(code: str | None, text: str | None = None) -> str:
    """Say why a bank did not pay, by its code and its own text."""
    return str(in_language(values.bank_reason(code or "", text or ""), locale()))


def bank_advice(code: str | None) -> str:
    """Say what to do after a bank did not pay for a reason."""
    return str(in_language(values.bank_advice(code or ""), locale()))
