"""Start conditions looked at now; what is sent is what the cases begin with."""

from __future__ import annotations

from typing import Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands import evaluating
from engine.errors import UnitUnknown
from engine.queries import rest
from engine.queries.served import units_where
from webapp.engine_rest import shapes
from webapp.engine_rest.body import json_object, text_of
from webapp.engine_rest.chosen import by_id
from webapp.engine_rest.refusals import Refused, invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.variables import values_of
from webapp.engine_rest.workers import WORKERS
from webapp.request import current_actor, now, reader, unit_of_work

_CONDITION: Final = frozenset(
    {"variables", "businessKey", "withoutTenantId", "processDefinitionId"}
)


@does("evaluateCondition", body=_CONDITION)
def evaluate() -> ResponseReturnValue:
    """Start a case with these variables wherever a start condition holds now."""
    body = json_object(_CONDITION)
    values = values_of(body.get("variables"))
    if not values:
        raise invalid("Variables must not be null or empty")
    if units_where(current_actor(), WORKERS) is not None:
        raise Refused(403, "A condition is evaluated for every unit: by who serves all of them.")
    asked = text_of(body, "processDefinitionId")
    row = by_id(asked) if asked else None
    try:
        begun = evaluating.evaluate(
            unit_of_work(),
            values,
            business_key=text_of(body, "businessKey"),
            definition_id=row.definition.id if row else None,
            actor=current_actor(),
            at=now(),
        )
    except (bpmn.StepFailed, UnitUnknown) as failed:
        raise invalid(f"No case began: {failed}") from failed
    with reader() as session:
        return jsonify([shapes.case(rest.told_case(session, each)) for each in begun])
