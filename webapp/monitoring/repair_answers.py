"""What the answers to the forms of repairs mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import bpmn
from engine.commands import repairs
from engine.commands.repairs import Repair
from engine.errors import Problem
from engine.values import TEHRAN, end_of_day, exact_json
from forms import FormErrors


def edited(said: Mapping[str, Any]) -> Repair:
    """Return the value that was typed, as the kind of value that was chosen.

    Raises:
        FormErrors: it names none, or is none of the kind.
    """
    name = said.get("new") or said.get("name")
    if not name:
        raise FormErrors([Problem("GEN-REQUIRED", "name")], {})
    return repairs.EditValues({name: _typed(said["type"], said.get("value") or "")})


def _typed(kind: str, text: str) -> Any:
    match kind:
        case "text":
            return text
        case "number":
            try:
                number = Decimal(text.strip())
            except InvalidOperation as wrong:
                raise FormErrors([Problem("GEN-NUMBER", "value")], {}) from wrong
            return int(number) if number == number.to_integral_value() else number
        case "yes" | "no":
            return kind == "yes"
        case "json":
            return _json(text, "value")
    return None


def _json(text: str, field: str) -> Any:
    try:
        return exact_json.read(text)
    except (ValueError, RecursionError) as wrong:
        raise FormErrors([Problem("GEN-JSON", field)], {}) from wrong


def values(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return values that were typed as JSON.

    Raises:
        FormErrors: they cannot be read.
    """
    text = (said.get("values") or "").strip()
    found = _json(text, "values") if text else {}
    if not isinstance(found, dict):
        raise FormErrors([Problem("GEN-JSON", "values")], {})
    return found


def instructions(said: Mapping[str, Any]) -> Repair:
    """Return where tokens begin and end, in an order that never leaves the case empty.

    Raises:
        FormErrors: nothing was chosen.
    """
    moves: list[bpmn.Instruction] = [bpmn.StartBefore(each) for each in said.get("before") or ()]
    moves += [bpmn.StartAfter(each) for each in said.get("after") or ()]
    moves += [bpmn.CancelToken(each) for each in said.get("cancel") or ()]
    if not moves:
        raise FormErrors([Problem("GEN-REQUIRED", "cancel")], {})
    return repairs.MoveTokens(tuple(moves))


def day(said: Mapping[str, Any]) -> datetime | None:
    """Return the end of a day; ``None``: none was said."""
    day = said.get("day")
    return end_of_day(date.fromisoformat(day)) if day else None


def moment(said: Mapping[str, Any]) -> datetime:
    """Return a moment that was said by the clock of Tehran."""
    found = datetime.fromisoformat(said["moment"])
    return (found if found.tzinfo else found.replace(tzinfo=TEHRAN)).astimezone(UTC)
