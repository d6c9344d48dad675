"""Messages, signals and conditions: what programs and people tell cases.

People send what ``process.toml`` lets them send, to one case. Who may move cases anyway, an
administrator, or does their outside work (`workers`) correlates any message that is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.commands import instances, messages, signals
from engine.errors import Problem
from engine.model.partner import addressed_to
from engine.queries import rest
from engine.queries.rest import CaseRow, Wanted
from engine.queries.rest_listening import MOST, Listener, Sought, listeners
from engine.queries.served import units_where
from engine.values import normalise
from forms import FormErrors
from webapp.engine_rest import shapes
from webapp.engine_rest.body import flag_of, json_object, text_of
from webapp.engine_rest.refusals import MISMATCH, Refused, invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.variables import Given, all_written, given_variables, values_of
from webapp.engine_rest.workers import WORKERS
from webapp.request import current_actor, now, reader, unit_of_work

_MESSAGE: Final = frozenset(
    {
        "messageName",
        "processInstanceId",
        "businessKey",
        "correlationKeys",
        "localCorrelationKeys",
        "processVariables",
        "processVariablesLocal",
        "all",
        "resultEnabled",
        "variablesInResultEnabled",
        "withoutTenantId",
    }
)
_IN_ANSWER: Final = ("resultEnabled", "variablesInResultEnabled")
_SIGNAL: Final = frozenset({"name", "variables", "withoutTenantId"})
REASON: Final = "reason"
_NOW_OR_NEVER: Final = timedelta()


@does("deliverMessage", body=_MESSAGE, statuses=(200, 204))
def correlate() -> ResponseReturnValue:
    """Tell a message to the case that waits for it, to all of them, or start one."""
    body = json_object(_MESSAGE)
    name = text_of(body, "messageName")
    for each in ("withoutTenantId", "all", *_IN_ANSWER):
        flag_of(body, each)  # before anything is told: what is refused has not been done
    if not name:
        raise invalid("No message name supplied")
    if not WORKERS & current_actor().roles:
        return _answer(body, [_sent_by_a_person(body, name)])
    return _answer(body, _told(body, name))


@does("throwSignal", body=_SIGNAL)
def throw_signal() -> ResponseReturnValue:
    """Give a signal: everybody who listens hears it."""
    body = json_object(_SIGNAL)
    name = text_of(body, "name")
    flag_of(body, "withoutTenantId")
    if not name:
        raise invalid("No signal name given")
    if units_where(current_actor(), WORKERS) is not None:
        raise Refused(403, "A signal reaches every unit: it is given by who serves all of them.")
    values = values_of(body.get("variables"))
    signals.broadcast(unit_of_work(), name, values, at=now())
    return "", 204


def _told(body: Mapping[str, Any], name: str) -> list[CaseRow]:
    """Publish a message for each case that is meant; for none, where a process begins with it."""
    actor, values = current_actor(), values_of(body.get("processVariables"))
    values |= values_of(body.get("processVariablesLocal"))
    sought = _sought(body)
    units = units_where(actor, WORKERS)
    with reader() as session:
        found = listeners(session, name, sought, units)
    if len(found) > MOST:
        raise invalid(f"More than {MOST} cases wait for it: say which.")
    is_all = flag_of(body, "all")
    cases = {each.instance_id for each in found}
    if not is_all and len(cases) > 1:
        raise _mismatch(name, f"{len(cases)} executions match the correlation keys")
    if found:
        chosen = found if is_all else found[:1]
        return [_publish(name, _key(each), values) for each in chosen]
    if sought.instance_id is not None or sought.values or units is not None:
        raise _mismatch(name, "No process definition or execution matches the parameters")
    return [_publish(name, sought.business_key, values)]  # a process may begin with it


def _publish(name: str, key: str | None, values: Mapping[str, Any]) -> CaseRow:
    by = current_actor().username
    published = messages.publish(
        unit_of_work(), name, key, values, time_to_live=_NOW_OR_NEVER, at=now(), by=by
    )
    if published.instance_id is None:
        raise _mismatch(name, "No process definition or execution matches the parameters")
    with reader() as session:
        return rest.told_case(session, published.instance_id)


def _key(listener: Listener) -> str:
    return listener.correlation or addressed_to(listener.instance_id)


def _sought(body: Mapping[str, Any]) -> Sought:
    case = text_of(body, "processInstanceId")
    values = values_of(body.get("correlationKeys")) | values_of(body.get("localCorrelationKeys"))
    if any('"' in each for each in values):
        raise invalid("The name of a correlation key has no quotes.")
    return Sought(
        identity(case, "process instance") if case else None,
        text_of(body, "businessKey"),
        values or None,
    )


def _answer(body: Mapping[str, Any], rows: list[CaseRow]) -> ResponseReturnValue:
    if not flag_of(body, "resultEnabled"):
        return "", 204
    return jsonify([_result(each, body) for each in rows])


def _result(row: CaseRow, body: Mapping[str, Any]) -> dict[str, Any]:
    execution = {
        "id": str(row.id),
        "processInstanceId": str(row.id),
        "ended": not row.is_running,
        "tenantId": None,
    }
    told: dict[str, Any] = {
        "resultType": "Execution",
        "execution": execution,
        "processInstance": shapes.case(row),
    }
    if flag_of(body, "variablesInResultEnabled"):
        with reader() as session:
            case = rest.one_case(session, row.id, current_actor())
        told["variables"] = all_written(case.variables)
    return told


def _mismatch(name: str, why: str) -> Refused:
    return Refused(400, f"{MISMATCH} '{name}': {why}", "RestException")


def _sent_by_a_person(body: Mapping[str, Any], name: str) -> CaseRow:
    row = _addressee(body, name)
    values = _values(row, name, given_variables(body.get("processVariables")))
    instances.send(unit_of_work(), row.id, name, values, actor=current_actor(), at=now())
    return row


def _addressee(body: Mapping[str, Any], name: str) -> CaseRow:
    instance_id, business_key = text_of(body, "processInstanceId"), text_of(body, "businessKey")
    if instance_id is not None:
        with reader() as session:
            case = identity(instance_id, "process instance")
            return rest.one_case(session, case, current_actor()).row
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
