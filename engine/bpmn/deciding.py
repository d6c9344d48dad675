"""Business rule tasks that name a decision: made inside the step, told in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine import dmn, feel
from engine.bpmn.conditions import CITY, as_plain
from engine.bpmn.errors import DecisionFailed
from engine.bpmn.plain import Json, plain
from engine.findings import Detail, detail

#: how the rows of a decision become a variable: Camunda 7's four names, and as it is
Shape = Literal["as it is", "singleEntry", "singleResult", "collectEntries", "resultList"]
SHAPES: tuple[Shape, ...] = ("singleEntry", "singleResult", "collectEntries", "resultList")


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """What a business rule task asks, and where the answer goes."""

    asked: str  #: id or name of a decision, decision service or knowledge model
    variable: str | None  #: None: every output becomes a variable of its own
    shape: Shape = "as it is"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision gave the case, and how it came about."""

    values: Mapping[str, Json]
    explanation: Mapping[str, Json]


def decide(
    decisions: dmn.Decisions,
    call: DecisionCall,
    variables: Mapping[str, Json],
    element_id: str,
    at: datetime,
) -> Decided:
    """Make a decision over the case's variables.

    Raises:
        DecisionFailed: the model forbids what it found (two rules of a unique table), or the
            rows are not of the shape that the task asks for.
        ExpressionFailed, ValueTooLarge: the value is nothing a case can hold.
    """
    found = decisions.evaluate(
        call.asked,
        decisions.restored(call.asked, variables),
        now=at.astimezone(CITY),
        all_see_inputs=True,
    )
    if found.violations:
        raise DecisionFailed(
            element_id, call.asked, detail("STEP-005", why="; ".join(found.violations))
        )
    facts = plain({"decision": call.asked, **found.facts()})
    name = decisions.output_name(call.asked)
    return Decided(_values(call, found.value, name, element_id), facts)


def _values(call: DecisionCall, value: object, name: str, element_id: str) -> dict[str, Json]:
    if call.variable is not None:
        shaped = _shaped(call, value, name, element_id)
        return {call.variable: as_plain(shaped, element_id)}
    outputs = value if isinstance(value, dict) else {name: value}
    return {str(key): as_plain(each, element_id) for key, each in outputs.items()}


def _shaped(call: DecisionCall, value: object, name: str, element_id: str) -> object:
    """Return the rows as ``camunda:mapDecisionResult`` says."""
    if call.shape == "as it is":
        return value
    rows = value if isinstance(value, list) else [] if value is None else [value]
    if call.shape == "resultList":
        return [_row(each, name) for each in rows]
    if call.shape == "collectEntries":
        return [_entry(call, each, element_id) for each in rows]
    if len(rows) > 1:
        raise DecisionFailed(element_id, call.asked, detail("STEP-006", count=len(rows)))
    if not rows:
        return None
    return (
        _row(rows[0], name) if call.shape == "singleResult" else _entry(call, rows[0], element_id)
    )


def _row(row: object, name: str) -> object:
    return row if isinstance(row, dict) else {name: row}


def _entry(call: DecisionCall, row: object, element_id: str) -> object:
    if not isinstance(row, dict):
        return row
    if len(row) != 1:
        raise DecisionFailed(element_id, call.asked, detail("STEP-007", count=len(row)))
    return next(iter(row.values()))


def missing(call: DecisionCall, decisions: dmn.Decisions | None) -> Detail | None:
    """Return why a call cannot be answered, ``None`` when it can."""
    if decisions is None or not decisions.has(call.asked):
        return detail("BPMN-033-2", asked=call.asked)
    if call.variable is not None and not _is_name(call.variable):
        return detail("BPMN-033-3", variable=call.variable)
    return None


def _is_name(text: str) -> bool:
    try:
        return feel.compile_expression(text).names == {text}
    except feel.FeelSyntaxError:
        return False
