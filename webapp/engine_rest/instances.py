"""Process instances, and the messages people send to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.commands import instances
from engine.errors import Problem
from engine.queries import rest
from engine.queries.rest import CaseRow, CaseValues, Wanted
from engine.queries.rest_filters import CASE_FILTERS, CASE_ORDER
from engine.values import normalise
from forms import FormErrors
from webapp.engine_rest import shapes
from webapp.engine_rest.body import flag_of, json_object, text_of
from webapp.engine_rest.criteria import wanted
from webapp.engine_rest.refusals import MISMATCH, Refused, invalid
from webapp.engine_rest.routing import get, identity, post
from webapp.engine_rest.variables import Given, all_written, given_variables
from webapp.request import current_actor, now, reader, unit_of_work

_MESSAGE: Final = frozenset(
    {
        "messageName",
        "processInstanceId",
        "businessKey",
        "processVariables",
        "resultEnabled",
        "withoutTenantId",
    }
)
REASON: Final = "reason"


@get("/process-instance")
@post("/process-instance")
def list_cases() -> ResponseReturnValue:
    """List running cases."""
    asked = wanted(CASE_FILTERS, CASE_ORDER)
    with reader() as session:
        rows = rest.cases(session, current_actor(), asked)
    return jsonify([shapes.case(each) for each in rows])


@get("/process-instance/count")
@post("/process-instance/count")
def count_cases() -> ResponseReturnValue:
    """Count running cases."""
    asked = wanted(CASE_FILTERS, CASE_ORDER)
    with reader() as session:
        return jsonify(count=rest.count_cases(session, current_actor(), asked))


@get("/process-instance/<instance_id>")
def show_case(instance_id: str) -> ResponseReturnValue:
    """Show a case, also one that has ended."""
    return jsonify(shapes.case(_case(instance_id).row))


@get("/process-instance/<instance_id>/variables")
def show_case_variables(instance_id: str) -> ResponseReturnValue:
    """Give the variables of a case."""
    return jsonify(all_written(_case(instance_id).variables))


@post("/message")
def correlate() -> ResponseReturnValue:
    """Send a message to the one case that is named, by id or by business key."""
    body = json_object(_MESSAGE)
    name = text_of(body, "messageName")
    if not name:
        raise invalid("No message name supplied")
    row = _addressee(body, name)
    values = _values(row, name, given_variables(body.get("processVariables")))
    instances.send(unit_of_work(), row.id, name, values, actor=current_actor(), at=now())
    if not flag_of(body, "resultEnabled"):
        return "", 204
    told = {"id": str(row.id), "processInstanceId": str(row.id), "ended": False, "tenantId": None}
    return jsonify([{"resultType": "Execution", "execution": told, "processInstance": None}])


def _case(instance_id: str) -> CaseValues:
    with reader() as session:
        return rest.one_case(session, identity(instance_id, "process instance"), current_actor())


def _addressee(body: Mapping[str, Any], name: str) -> CaseRow:
    instance_id, business_key = text_of(body, "processInstanceId"), text_of(body, "businessKey")
    if instance_id is not None:
        return _case(instance_id).row
    if business_key is None:
        raise invalid("Say which case: processInstanceId or businessKey.")
    with reader() as session:
        found = rest.cases(session, current_actor(), Wanted({"businessKey": business_key}, most=2))
    if len(found) != 1:
        many = "2 or more cases match" if found else "No case matches"
        raise Refused(
            400,
            f"{MISMATCH} '{name}': {many} the parameters",
            "RestException",
        )
    return found[0]


def _values(row: CaseRow, name: str, given: Mapping[str, Given]) -> dict[str, Any]:
    """Check what is sent along: nothing, or the reason the message asks for."""
    problems = [Problem("GEN-UNKNOWN", each) for each in given if each != REASON]
    told = given.get(REASON)
    reason = ""
    if told is not None and told.value is not None:
        if told.type != "String" or not told.fits:
            problems.append(Problem("GEN-TYPE", REASON))
        else:
            reason = normalise(told.value)
    if not reason and not problems and _asks_reason(row, name):
        problems.append(Problem("GEN-REQUIRED", REASON))
    if problems:
        raise FormErrors(problems, {})
    return {REASON: reason} if reason else {}


def _asks_reason(row: CaseRow, name: str) -> bool:
    with reader() as session:
        [found] = rest.definitions(session, Wanted({"processDefinitionId": row.definition_id}))
    message = found.definition.bundle.process(row.process_id).messages.get(name)
    return message is not None and message.reason
