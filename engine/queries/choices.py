"""One option of a select, as whoever is offered it reads it."""

from __future__ import annotations

from typing import Any

from engine.model.person import Actor
from engine.values import Rial, grouped


def choice(actor: Actor, key: object, *parts: Any) -> tuple[str, str]:
    """Return an option and what it is called: its parts, amounts and numbers in groups of three.

    Args:
        key: what the form sends back.
        parts: ``None`` is left out.
    """
    return str(key), " · ".join(_said(each, actor.locale) for each in parts if each is not None)


def _said(part: Any, language: str) -> str:
    match part:
        case Rial():
            return grouped(part.amount, language)
        case int():
            return grouped(part, language)
        case _:
            return str(part)
