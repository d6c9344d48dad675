"""Executions: cases under way, and their tokens that rest somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands.admins import must_be_admin
from engine.commands.repairs import acts
from engine.queries import rest_history
from engine.queries.rest_events import EXECUTIONS
from engine.queries.rest_history import ListedRow
from webapp.engine_rest.body import json_object
from webapp.engine_rest.case_variables import case_of
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.modifying import repair
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.standing import running_case, waits_of
from webapp.engine_rest.variables import values_of
from webapp.request import current_actor, reader

_EXECUTIONS: Final = Listing(EXECUTIONS.filters, EXECUTIONS.order)
_TRIGGER: Final = frozenset({"variables"})


@does("getExecutions", "queryExecutions", listing=_EXECUTIONS)
def list_executions() -> ResponseReturnValue:
    """List executions."""
    asked = _EXECUTIONS.wanted()
    with reader() as session:
        rows = rest_history.rows(session, current_actor(), EXECUTIONS, asked)
    return jsonify([_told(each) for each in rows])


@does("getExecutionsCount", "queryExecutionsCount", listing=_EXECUTIONS)
def count_executions() -> ResponseReturnValue:
    """Count executions."""
    asked = _EXECUTIONS.wanted()
    with reader() as session:
        found = rest_history.count(session, current_actor(), EXECUTIONS, asked)
        return jsonify(count=found)


@does("getExecution")
def show_execution(execution_id: str) -> ResponseReturnValue:
    """Show an execution."""
    case_id, token = case_of(execution_id)
    case, definition = running_case(case_id)
    known = {each.token for each in waits_of(case, definition)}
    if token is not None and token not in known:
        raise not_found(f"Execution with id {execution_id} does not exist")
    return jsonify(
        id=token or str(case.row.id),
        processInstanceId=str(case.row.id),
        ended=False,
        tenantId=case.row.unit,
    )


@does("getMessageEventSubscription")
def show_subscription(execution_id: str, message: str) -> ResponseReturnValue:
    """Tell where an execution waits for a message."""
    case_id, token = case_of(execution_id)
    case, _ = running_case(case_id)
    wait = _awaited(case_id, token, message)
    return jsonify(
        id=wait.token,
        eventType="message",
        eventName=wait.name,
        executionId=wait.token,
        processInstanceId=str(case.row.id),
        activityId=wait.element_id,
        createdDate=None,
        tenantId=case.row.unit,
    )


@does("triggerEvent", body=_TRIGGER)
def trigger(execution_id: str, message: str) -> ResponseReturnValue:
    """Give an execution the message it waits for."""
    return _give(execution_id, message)


@does("signalExecution", body=_TRIGGER)
def go_on(execution_id: str) -> ResponseReturnValue:
    """Let an execution go on that waits for a message, whichever it is."""
    return _give(execution_id, None)


def _give(execution_id: str, message: str | None) -> ResponseReturnValue:
    values = values_of(json_object(_TRIGGER).get("variables"))
    must_be_admin(current_actor())
    case_id, token = case_of(execution_id)
    case, _ = running_case(case_id)
    wait = _awaited(case_id, token, message)
    repair(case.row.id, acts.Correlate(wait.token, values))
    return "", 204


def _awaited(case_id: str, token: str | None, message: str | None) -> bpmn.MessageWait:
    """Return what a token of a case, or the case anywhere, waits for.

    Raises:
        Refused: 404, it waits for no such message; 400, for several.
    """
    found = [
        each
        for each in waits_of(*running_case(case_id))
        if isinstance(each, bpmn.MessageWait)
        and token in (None, each.token)
        and message in (None, each.name)
    ]
    if not found:
        raise not_found(f"Message event subscription '{message or ''}' not found: nothing waits")
    if len(found) > 1:
        raise invalid("Several of its tokens wait for a message: name one of them.")
    return found[0]


def _told(row: ListedRow) -> Mapping[str, Any]:
    is_case = row.element_id is None
    return {
        "id": str(row.instance_id) if is_case else row.token,
        "processInstanceId": str(row.instance_id),
        "ended": False,
        "tenantId": row.unit,
    }
