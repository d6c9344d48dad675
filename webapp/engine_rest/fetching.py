"""A worker fetches external tasks, and waits for some where there is room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.commands.external import MOST, ExternalTask, Topic
from webapp.engine_rest.body import flag_of, json_object, number_of, text_of, texts_of
from webapp.engine_rest.moments import written as moment
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.variables import all_written
from webapp.engine_rest.workers import duration, served_units, shape, worker_of
from webapp.request import close_reader, services
from webapp.seats import stood_aside

_FETCH: Final = frozenset(
    {"workerId", "maxTasks", "usePriority", "asyncResponseTimeout", "topics", "sorting"}
)
_TOPIC: Final = frozenset(
    {
        "topicName",
        "lockDuration",
        "variables",
        "localVariables",
        "businessKey",
        "processDefinitionId",
        "processDefinitionIdIn",
        "processDefinitionKey",
        "processDefinitionKeyIn",
        "processVariables",
        "deserializeValues",
        "includeExtensionProperties",
        "withoutTenantId",
        "processDefinitionVersionTag",
        "tenantIdIn",
    }
)
#: what no case here has: asking for it finds nothing
_NONE_HAS: Final = ("processDefinitionVersionTag", "tenantIdIn")
_LONGEST_WAIT: Final = 1_800_000  #: milliseconds; more is refused, as Camunda does


@does("fetchAndLock", body=_FETCH)
def fetch_and_lock() -> ResponseReturnValue:
    """Hand tasks to a worker, waiting for some as long as it asks and there is room."""
    body = json_object(_FETCH)
    units = served_units()
    worker = worker_of(body)
    most = number_of(body, "maxTasks")
    wait = number_of(body, "asyncResponseTimeout") or 0
    if most is None or most < 1:
        raise invalid("maxTasks has to be at least 1.")
    if wait < 0 or wait > _LONGEST_WAIT:
        raise invalid(
            "The asynchronous response timeout cannot be set to a value greater than "
            f"{_LONGEST_WAIT} milliseconds, or less than 0."
        )
    topics = [each for each in _topics(body.get("topics")) if each is not None]
    close_reader()  # nobody waits with a connection in the hand
    found = (
        services().polls.fetch(
            worker,
            topics,
            limit=min(most, MOST),
            by_priority=flag_of(body, "usePriority"),
            units=units,
            wait=timedelta(milliseconds=wait),
            clock=services().clock,
            aside=stood_aside,
        )
        if topics
        else []
    )
    return jsonify([_locked(each) for each in found])


def _topics(found: Any) -> list[Topic | None]:
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise invalid("topics has to be a list of {topicName, lockDuration}.")
    if not found:
        return []
    topics = [_topic(each) for each in found]
    names = [each.name for each in topics if each is not None]
    if len(set(names)) != len(names):
        raise invalid("A topic may be asked for once.")
    return topics


def _topic(found: Mapping[str, Any]) -> Topic | None:
    """Read what is asked of one topic; ``None``: no task here can be it."""
    if unknown := sorted(found.keys() - _TOPIC):
        raise invalid(f"Unknown properties of a topic: {', '.join(unknown)}")
    name = text_of(found, "topicName")
    if not name:
        raise invalid("topicName is missing.")
    named = [text_of(found, "processDefinitionId"), *texts_of(found, "processDefinitionIdIn")]
    keys = [text_of(found, "processDefinitionKey"), *texts_of(found, "processDefinitionKeyIn")]
    definitions = frozenset(identity(each, "process definition") for each in named if each)
    processes = frozenset(each for each in keys if each)
    values = found.get("processVariables") or {}
    if not isinstance(values, dict) or any('"' in each for each in values):
        raise invalid("processVariables has to be an object of names and values.")
    if any(found.get(each) for each in _NONE_HAS):
        return None
    wanted = texts_of(found, "variables") if found.get("variables") is not None else None
    return Topic(
        name,
        duration(found, "lockDuration"),
        wanted,
        own_only=flag_of(found, "localVariables"),
        business_key=text_of(found, "businessKey"),
        definitions=definitions or None,
        processes=processes or None,
        values={key: _plain(each) for key, each in values.items()} or None,
    )


def _plain(value: Any) -> Any:
    """Return what a process variable has to equal; some clients send it typed."""
    is_typed = isinstance(value, dict) and value.keys() <= {"value", "type", "valueInfo"}
    return value.get("value") if is_typed else value


def _locked(task: ExternalTask) -> dict[str, Any]:
    return shape(task) | {
        "workerId": task.worker,
        "lockExpirationTime": moment(task.locked_until),
        "errorDetails": task.details,
        "variables": all_written(task.variables),
        "extensionProperties": {},
    }
