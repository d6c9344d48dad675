"""External tasks: fetched, locked and finished by workers outside, looked after by people.

A worker is somebody with the role ``WORKER`` in the case's unit, or everywhere; an
administrator may do the same. Those who watch the unit see its tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from engine.commands import external as commands
from engine.errors import NotFound
from engine.queries import rest_external as queries
from engine.queries.case_list import WATCHERS
from engine.queries.rest import LONGEST, Wanted
from engine.queries.rest_external import (
    EXTERNAL_FILTERS,
    EXTERNAL_ORDER,
    ExternalTaskRow,
)
from engine.queries.served import units_where
from webapp.engine_rest.body import json_object, number_of, text_of, texts_of
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.modifying import reason
from webapp.engine_rest.moments import written as moment
from webapp.engine_rest.refusals import Refused, invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.variables import values_of
from webapp.engine_rest.workers import (
    LONGEST_LOCK,
    WORKERS,
    duration,
    served_units,
    shape,
    worker_of,
)
from webapp.request import current_actor, now, reader, unit_of_work

_TASKS: Final = Listing(EXTERNAL_FILTERS, EXTERNAL_ORDER)
_TOPICS: Final = ("withLockedTasks", "withUnlockedTasks", "withRetriesLeft")


@does("getExternalTasks", "queryExternalTasks", listing=_TASKS)
def list_external_tasks() -> ResponseReturnValue:
    """List open external tasks."""
    asked = _TASKS.wanted()
    with reader() as session:
        rows = queries.external_tasks(session, _seen(), asked, now())
    return jsonify([_told(each) for each in rows])


@does("getExternalTasksCount", "queryExternalTasksCount", listing=_TASKS)
def count_external_tasks() -> ResponseReturnValue:
    """Count open external tasks."""
    asked = _TASKS.wanted()
    with reader() as session:
        return jsonify(count=queries.count_external_tasks(session, _seen(), asked, now()))


@does("getTopicNames", query=_TOPICS)
def list_topics() -> ResponseReturnValue:
    """List the topics that have open tasks."""
    asked = dict(zip(_TOPICS, ("locked", "notLocked", "withRetriesLeft"), strict=True))
    flags = Listing({key: EXTERNAL_FILTERS[name] for key, name in asked.items()}, {}).wanted()
    wanted = Wanted({asked[key]: value for key, value in flags.filters.items()})
    with reader() as session:
        return jsonify(queries.topics(session, _seen(), wanted, now()))


@does("getExternalTask")
def show_external_task(task_id: str) -> ResponseReturnValue:
    """Show an open external task."""
    return jsonify(_told(_row(task_id, _seen())))


@does("getExternalTaskErrorDetails")
def show_error_details(task_id: str) -> ResponseReturnValue:
    """Give at length what a worker told when a task failed last."""
    details = _row(task_id, _seen()).details
    return Response(details, mimetype="text/plain") if details else ("", 204)


@does("completeExternalTaskResource", body={"workerId", "variables", "localVariables"})
def complete_external_task(task_id: str) -> ResponseReturnValue:
    """Take a worker's result and run the case on."""
    body = json_object(frozenset({"workerId", "variables", "localVariables"}))
    values_of(body.get("localVariables"))  # they would end with the task
    values, task = values_of(body.get("variables")), _mine(task_id)
    commands.complete(unit_of_work(), task, worker_of(body), values, at=now())
    return "", 204


@does("handleExternalTaskBpmnError", body={"workerId", "errorCode", "errorMessage", "variables"})
def throw_bpmn_error(task_id: str) -> ResponseReturnValue:
    """Throw a BPMN error into the diagram."""
    body = json_object(frozenset({"workerId", "errorCode", "errorMessage", "variables"}))
    code, values = text_of(body, "errorCode"), values_of(body.get("variables"))
    if not code:
        raise invalid("errorCode is missing.")
    said, task = text_of(body, "errorMessage") or "", _mine(task_id)
    commands.throw(unit_of_work(), task, worker_of(body), code, said, values, at=now())
    return "", 204


_FAILURE: Final = frozenset(
    {
        "workerId",
        "errorMessage",
        "errorDetails",
        "retries",
        "retryTimeout",
        "variables",
        "localVariables",
    }
)


@does("handleFailure", body=_FAILURE)
def fail(task_id: str) -> ResponseReturnValue:
    """Give a task back that could not be done; without retries left an incident opens."""
    body = json_object(_FAILURE)
    if values_of(body.get("variables")) or values_of(body.get("localVariables")):
        raise invalid("A failure changes no variables here: complete the task, or throw an error.")
    retries, pause = number_of(body, "retries") or 0, number_of(body, "retryTimeout") or 0
    if retries < 0 or not 0 <= pause <= LONGEST_LOCK:
        raise invalid("retries and retryTimeout must not be negative.")
    commands.fail(
        unit_of_work(),
        _mine(task_id),
        worker_of(body),
        text_of(body, "errorMessage") or "",
        details=text_of(body, "errorDetails") or "",
        retries=retries,
        retry_in=timedelta(milliseconds=pause),
        at=now(),
    )
    return "", 204


@does("extendLock", body={"workerId", "newDuration"})
def extend_lock(task_id: str) -> ResponseReturnValue:
    """Hold a task for longer, counted from now."""
    body = json_object(frozenset({"workerId", "newDuration"}))
    lock = duration(body, "newDuration")
    commands.extend(unit_of_work(), _mine(task_id), worker_of(body), lock, at=now())
    return "", 204


@does("lock", body={"workerId", "lockDuration"})
def lock(task_id: str) -> ResponseReturnValue:
    """Hold one task that is named."""
    body = json_object(frozenset({"workerId", "lockDuration"}))
    held = duration(body, "lockDuration")
    commands.lock(unit_of_work(), _mine(task_id), worker_of(body), held, at=now())
    return "", 204


@does("unlock")
def unlock(task_id: str) -> ResponseReturnValue:
    """Take a task from whoever holds it."""
    commands.unlock(unit_of_work(), _mine(task_id), at=now())
    return "", 204


@does("setExternalTaskResourcePriority", body={"priority"})
def set_priority(task_id: str) -> ResponseReturnValue:
    """Let a task be fetched before others, or after them."""
    priority = number_of(json_object(frozenset({"priority"})), "priority")
    if priority is None:
        raise invalid("priority is missing.")
    by, task = current_actor().username, _mine(task_id)
    commands.set_priority(unit_of_work(), task, priority, by=by, at=now())
    return "", 204


@does("setExternalTaskResourceRetries", body={"retries"})
def set_retries(task_id: str) -> ResponseReturnValue:
    """Say how often a task may still be tried."""
    retries = _retries(json_object(frozenset({"retries"})))
    _set_retries(_mine(task_id), retries)
    return "", 204


_SEVERAL: Final = frozenset(
    {"retries", "externalTaskIds", "processInstanceIds", "externalTaskQuery"}
)


@does("setExternalTaskRetries", body=_SEVERAL)
def set_retries_of_several() -> ResponseReturnValue:
    """Say of several tasks how often they may still be tried; one after the other."""
    body = json_object(_SEVERAL)
    retries = _retries(body)
    for each in _several(body):
        _set_retries(each, retries)
    return "", 204


def _several(body: Mapping[str, Any]) -> list[UUID]:
    ids = [identity(each, "external task") for each in texts_of(body, "externalTaskIds")]
    cases = [identity(each, "process instance") for each in texts_of(body, "processInstanceIds")]
    asked = [Wanted({"externalTaskIdIn": ids})] if ids else []
    asked += [Wanted({"processInstanceIdIn": cases})] if cases else []
    if body.get("externalTaskQuery") is not None:
        asked.append(_TASKS.read(body["externalTaskQuery"]))
    if not asked:
        raise invalid("Say which: externalTaskIds, processInstanceIds or externalTaskQuery.")
    with reader() as session:
        units = units_where(current_actor(), WORKERS)
        rows = [queries.external_tasks(session, units, each, now()) for each in asked]
    found = list(dict.fromkeys(each.id for some in rows for each in some))
    if missing := [each for each in ids if each not in found]:
        raise Refused(404, f"External task with id {missing[0]} does not exist", "RestException")
    if len(found) >= LONGEST:
        raise invalid(f"More than {LONGEST} tasks at once: ask for fewer.")
    return found


def _set_retries(task_id: UUID, retries: int) -> None:
    by = current_actor().username
    commands.set_retries(unit_of_work(), task_id, retries, reason(), by=by, at=now())


def _retries(body: Mapping[str, Any]) -> int:
    retries = number_of(body, "retries")
    if retries is None or retries < 0:
        raise invalid("The number of retries cannot be null or negative.")
    return retries


def _mine(task_id: str) -> UUID:
    """Return the id of a task of a unit that the actor serves."""
    return _row(task_id, served_units()).id


def _seen() -> frozenset[str] | None:
    return units_where(current_actor(), WORKERS | WATCHERS)


def _row(task_id: str, units: frozenset[str] | None) -> ExternalTaskRow:
    try:
        asked = identity(task_id, "external task")
        with reader() as session:
            return queries.one_external_task(session, asked, units)
    except (NotFound, Refused):
        said = f"External task with id {task_id} does not exist"
        raise Refused(404, said, "RestException") from None


def _told(row: ExternalTaskRow) -> dict[str, Any]:
    return shape(row) | {
        "workerId": row.worker,
        "lockExpirationTime": moment(row.locked_until),
    }
