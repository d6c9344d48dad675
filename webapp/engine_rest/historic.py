"""Camunda's shapes of what history tells; what we do not keep is ``null``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from engine.model.instance import InstanceState, TaskState
from engine.model.job import ASIDE, JobState
from engine.queries.rest_events import LINKING
from engine.queries.rest_history import ListedRow
from engine.storage.bundles import Deployed
from webapp.engine_rest.moments import written
from webapp.engine_rest.variables import written as typed

_STATES: Final = {
    InstanceState.RUNNING.value: "ACTIVE",
    InstanceState.SUSPENDED.value: "SUSPENDED",
    InstanceState.FINISHED.value: "COMPLETED",
    InstanceState.CANCELLED.value: "EXTERNALLY_TERMINATED",
}
#: what a job's state says happened to it last
_LOGS: Final[Mapping[str, str]] = {
    JobState.READY.value: "creationLog",
    JobState.LEASED.value: "creationLog",
    **{each.value: "creationLog" for each in ASIDE},
    JobState.DONE.value: "successLog",
    JobState.INCIDENT.value: "failureLog",
    JobState.CANCELLED.value: "deletionLog",
}


def case(row: ListedRow, definition: Deployed) -> dict[str, Any]:
    """Return a case, running or not."""
    return _of_case(row) | {
        "id": str(row.id),
        "processInstanceId": str(row.id),
        "rootProcessInstanceId": str(row.called_by or row.id),
        "processDefinitionName": definition.name,
        "processDefinitionVersion": definition.version,
        "superProcessInstanceId": _text(row.called_by),
        "superCaseInstanceId": None,
        "businessKey": row.business_key,
        **_span("durationInMillis", row.started_at, row.finished_at),
        "startUserId": row.started_by,
        "startActivityId": None,
        "deleteReason": "cancelled" if row.state == InstanceState.CANCELLED.value else None,
        "state": _STATES[row.state],
    }


def task(row: ListedRow, _: Deployed) -> dict[str, Any]:
    """Return a human task, open or not."""
    withdrawn = row.state == TaskState.WITHDRAWN.value
    reasons = {TaskState.COMPLETED.value: "completed", TaskState.WITHDRAWN.value: "deleted"}
    return _of_case(row) | {
        "id": str(row.id),
        "executionId": row.token,
        "activityInstanceId": f"{row.element_id}:{row.token}",
        "taskDefinitionKey": row.element_id,
        "name": row.name,
        "description": None,
        "deleteReason": reasons.get(row.state),
        "owner": row.owner,
        "assignee": row.holder if withdrawn else row.closed_by or row.holder,
        **_span("duration", row.created_at, row.closed_at),
        "priority": row.priority,
        "due": written(row.due_at),
        "followUp": written(row.follow_up_at),
        "parentTaskId": None,
    }


def step(row: ListedRow, _: Deployed) -> dict[str, Any]:
    """Return a visit of an element; only of tasks is known how long it took."""
    return _of_case(row) | {
        "id": _step_id(row),
        "parentActivityInstanceId": str(row.instance_id),
        "activityId": row.element_id,
        "activityName": row.name,
        "activityType": row.kind,
        "executionId": row.token or str(row.instance_id),
        "taskId": _text(row.task_id),
        "assignee": row.assignee,
        "calledProcessInstanceId": None,
        **_span("durationInMillis", row.started_at, row.ended_at),
        "canceled": bool(row.canceled),
        "completeScope": False,
    }


def incident(row: ListedRow, _: Deployed) -> dict[str, Any]:
    """Return an incident, open or resolved."""
    return _of_case(row) | {
        "id": str(row.id),
        "executionId": str(row.instance_id),
        "createTime": written(row.opened_at),
        "endTime": written(row.resolved_at),
        "incidentType": "failedJob" if row.job_id else row.code,
        "activityId": row.element_id,
        "failedActivityId": row.element_id,
        "causeIncidentId": str(row.id),
        "rootCauseIncidentId": str(row.id),
        "configuration": _text(row.job_id),
        "historyConfiguration": _text(row.job_id),
        "incidentMessage": row.cause,
        "jobDefinitionId": None,
        "open": row.resolved_at is None,
        "deleted": False,
        "resolved": row.resolved_at is not None,
        "annotation": None,
    }


def job(row: ListedRow, definition: Deployed) -> dict[str, Any]:
    """Return what became of a job last."""
    return (
        _of_case(row)
        | _logged(row)
        | {
            "jobId": str(row.id),
            "jobDueDate": written(row.run_at),
            "jobRetries": row.max_attempts - row.attempts,
            "jobPriority": row.priority,
            "jobExceptionMessage": row.last_error,
            "failedActivityId": row.element_id if row.state == JobState.INCIDENT.value else None,
            "jobDefinitionId": None,
            "jobDefinitionType": row.kind,
            "jobDefinitionConfiguration": row.topic,
            "deploymentId": definition.bundle.id,
            "hostname": row.worker,
        }
    )


def external_task(row: ListedRow, _: Deployed) -> dict[str, Any]:
    """Return what became of an external task last."""
    return (
        _of_case(row)
        | _logged(row)
        | {
            "externalTaskId": str(row.id),
            "topicName": row.topic,
            "workerId": row.worker,
            "retries": row.max_attempts - row.attempts,
            "priority": row.priority,
            "errorMessage": row.last_error,
            "activityInstanceId": f"{row.element_id}:{row.token}",
        }
    )


def link(row: ListedRow, _: Deployed) -> dict[str, Any]:
    """Return that a task was given to somebody, or put back."""
    return _of_case(row) | {
        "id": _event_id(row),
        "time": written(row.at),
        "type": "assignee",
        "userId": row.facts.get("to") or row.facts.get("holder") or row.actor,
        "groupId": None,
        "taskId": _text(row.task_id),
        "operationType": LINKING[row.kind],
        "assignerId": row.actor,
    }


def operation(row: ListedRow, definition: Deployed) -> dict[str, Any]:
    """Return an act of a person."""
    return _of_case(row) | {
        "id": _event_id(row),
        "operationId": _event_id(row),
        "userId": row.actor,
        "timestamp": written(row.at),
        "operationType": row.kind.upper(),
        "entityType": "Task" if row.task_id else "ProcessInstance",
        "category": "Operator" if row.facts.get("reason") else "TaskWorker",
        "annotation": row.facts.get("reason"),
        "property": row.element_id,
        "orgValue": None,
        "newValue": row.facts.get("outcome"),
        "deploymentId": definition.bundle.id,
        "executionId": str(row.instance_id),
        "taskId": _text(row.task_id),
    }


def decision(row: ListedRow, _: Deployed) -> dict[str, Any]:
    """Return a decision that a case made, with what it looked at and found."""
    identity, made = _event_id(row), row.facts["decisions"][-1]
    found = made["value"]
    outputs = found if isinstance(found, dict) else {made["id"]: found}
    return _of_case(row) | {
        "id": identity,
        "decisionDefinitionId": made["id"],
        "decisionDefinitionKey": made["id"],
        "decisionDefinitionName": made["name"],
        "evaluationTime": written(row.at),
        "activityId": row.element_id,
        "activityInstanceId": None,
        "userId": row.actor,
        "inputs": [_clause(identity, name, each) for name, each in made["inputs"].items()],
        "outputs": [
            _clause(identity, name, each) | {"variableName": name, "ruleId": None}
            for name, each in outputs.items()
        ],
        "collectResultValue": None,
        "rootDecisionInstanceId": None,
        "decisionRequirementsDefinitionId": None,
        "decisionRequirementsDefinitionKey": None,
    }


def variable(row: ListedRow, name: str, value: Any) -> dict[str, Any]:
    """Return a variable of a case with its value now, or in the end."""
    return (
        _of_case(row)
        | typed(value)
        | {
            "id": f"{row.id}:{name}",
            "name": name,
            "processInstanceId": str(row.id),
            "executionId": str(row.id),
            "activityInstanceId": str(row.id),
            "taskId": None,
            "errorMessage": None,
            "state": "CREATED",
            "createTime": written(row.started_at),
        }
    )


def detail(row: ListedRow, name: str, value: Any) -> dict[str, Any]:
    """Return that a variable got a value."""
    told = typed(value)
    return _of_case(row) | {
        "id": f"{_event_id(row)}:{name}",
        "type": "variableUpdate",
        "activityInstanceId": row.element_id,
        "executionId": str(row.instance_id),
        "taskId": _text(row.task_id),
        "userOperationId": _event_id(row) if row.actor else None,
        "time": written(row.at),
        "variableName": name,
        "variableInstanceId": f"{row.instance_id}:{name}",
        "variableType": told["type"],
        "value": told["value"],
        "valueInfo": told["valueInfo"],
        "initial": row.seq == 1,
        "revision": row.seq,
        "errorMessage": None,
    }


def _of_case(row: ListedRow) -> dict[str, Any]:
    """Return what every row of history says of its case."""
    case_id = getattr(row, "instance_id", None) or row.id
    return {
        "processDefinitionKey": row.process_id,
        "processDefinitionId": str(row.definition_id),
        "processInstanceId": str(case_id),
        "rootProcessInstanceId": str(case_id),
        "caseDefinitionKey": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "tenantId": row.unit,
        "removalTime": None,
    }


def _logged(row: ListedRow) -> dict[str, Any]:
    logs = dict.fromkeys(_LOGS.values(), False) | {_LOGS[row.state]: True}
    return logs | {
        "id": str(row.id),
        "timestamp": written(row.created_at),
        "activityId": row.element_id,
        "executionId": row.token or str(row.instance_id),
    }


def _clause(identity: str, name: str, value: Any) -> dict[str, Any]:
    return typed(value) | {
        "id": f"{identity}:{name}",
        "decisionInstanceId": identity,
        "clauseId": name,
        "clauseName": name,
        "errorMessage": None,
    }


def _span(name: str, begun: datetime, ended: datetime | None) -> dict[str, Any]:
    took = None if ended is None else int((ended - begun).total_seconds() * 1000)
    return {"startTime": written(begun), "endTime": written(ended), name: took}


def _event_id(row: ListedRow) -> str:
    return f"{row.instance_id}:{row.seq}"


def _step_id(row: ListedRow) -> str:
    """Return the id of a visit: its task's, or that of the event that tells it."""
    return str(row.task_id or f"{row.instance_id}:{row.id.rpartition(':')[2]}")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
