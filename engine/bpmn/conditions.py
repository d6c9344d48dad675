"""FEEL in a diagram: the only language a model may speak, compiled when it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine import feel
from engine.bpmn.errors import ExpressionFailed, NotJson, TooHeavy, ValueTooLarge
from engine.bpmn.plain import Json, plain_value
from engine.findings import detail

LONGEST = 200  #: characters of a text that was looked at
MOST = 20  #: entries of a list or context that was looked at
CITY = ZoneInfo("Asia/Tehran")  #: whose calendar ``today()`` and a time without a zone mean


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of the model with the text it was compiled from."""

    text: str
    compiled: feel.Expression

    def value(self, scope: Mapping[str, object], at: datetime) -> object:
        """Return the value over the case's variables; FEEL answers null to nonsense.

        A function is no value of a case: ``sum``, where no variable has that name, is null.
        """
        value = self.compiled.evaluate(scope, now=at.astimezone(CITY)).value
        return None if isinstance(value, feel.FunctionValue) else value

    def seen(self, scope: Mapping[str, Json]) -> dict[str, Json]:
        """Return what the expression looks at in ``scope``, and of a context only that.

        Long values are told by their length: this is kept in the history of each case.
        """
        found: dict[str, Json] = {}
        for path in feel.looked_at(self.compiled):
            if path[0] in scope:
                found[path[0]] = _along(path, scope[path[0]], found.get(path[0]))
        return found

    def holds(self, element_id: str, scope: Mapping[str, object], at: datetime) -> bool:
        """Return whether a condition is true; null counts as not true.

        Raises:
            ExpressionFailed: the value is neither true, false nor null.
        """
        value = self.value(scope, at)
        if value is None or isinstance(value, bool):
            return value is True
        raise ExpressionFailed(element_id, detail("STEP-015", text=self.text, value=repr(value)))


def _along(path: tuple[str, ...], value: Json, kept: Json) -> Json:
    """Return what lies along a path in a value, added to what is ``kept`` of that value."""
    if len(path) == 1 or not isinstance(value, dict):
        return _short(value)
    entries = dict(kept) if isinstance(kept, dict) else {}
    if path[1] in value:
        entries[path[1]] = _along(path[1:], value[path[1]], entries.get(path[1]))
    return entries


def _short(value: Json) -> Json:
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    if isinstance(value, list | dict) and len(value) > MOST:
        return f"({len(value)})"
    return value


def compile_feel(text: str) -> Expression:
    """Compile the text of an expression; a leading ``=`` (Camunda 8) is dropped.

    Raises:
        feel.FeelSyntaxError: the text is not FEEL.
    """
    stripped = text.strip().removeprefix("=").strip()
    return Expression(stripped, feel.compile_expression(stripped))


def as_plain(value: object, element_id: str) -> Json:
    """Return what FEEL computed as plain data; dates and durations become ISO 8601 text."""
    try:
        return plain_value(feel.to_json(value), element_id)
    except TooHeavy as failure:
        raise ValueTooLarge(element_id, detail("STEP-041", most=failure.heaviest)) from failure
    except (TypeError, NotJson) as failure:
        raise ExpressionFailed(element_id, detail("STEP-016", why=failure)) from failure
