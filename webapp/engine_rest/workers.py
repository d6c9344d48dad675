"""Who serves external tasks, and what every answer about one says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from engine.commands.external import ExternalTask
from engine.queries.rest_external import ExternalTaskRow
from engine.queries.served import units_where
from webapp.engine_rest.body import number_of, text_of
from webapp.engine_rest.refusals import invalid
from webapp.request import current_actor

#: whoever holds one of them in a unit, or everywhere, does its external tasks
WORKERS: Final = frozenset({"WORKER", "ADMIN"})
LONGEST_LOCK: Final = 10 * 366 * 86_400_000  #: milliseconds


def served_units() -> frozenset[str] | None:
    """Return the units whose external tasks the actor does; ``None``: all.

    Raises:
        Forbidden: none.
    """
    return units_where(current_actor(), WORKERS)


def duration(body: Mapping[str, Any], key: str) -> timedelta:
    """Return for how long something is locked.

    Raises:
        Refused: 400, no number of milliseconds.
    """
    found = number_of(body, key)
    if found is None or not 0 < found <= LONGEST_LOCK:
        raise invalid(f"{key} has to be a number of milliseconds above 0.")
    return timedelta(milliseconds=found)


def worker_of(body: Mapping[str, Any]) -> str:
    """Return the name a worker gives itself.

    Raises:
        Refused: 400, it gives none.
    """
    worker = text_of(body, "workerId")
    if not worker:
        raise invalid("workerId is missing.")
    return worker


def shape(task: ExternalTask | ExternalTaskRow) -> dict[str, Any]:
    """Return what both say of a task; its case stands for the execution as well."""
    return {
        "id": str(task.id),
        "topicName": task.topic,
        "activityId": task.element_id,
        "activityInstanceId": f"{task.element_id}:{task.token}",
        "errorMessage": task.error,
        "executionId": str(task.instance_id),
        "processInstanceId": str(task.instance_id),
        "processDefinitionId": str(task.definition_id),
        "processDefinitionKey": task.process_id,
        "processDefinitionVersionTag": None,
        "tenantId": None,
        "retries": task.retries,
        "suspended": False,
        "priority": task.priority,
        "businessKey": task.business_key,
    }
