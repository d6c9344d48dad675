"""Camunda's shapes of the things we have; what we do not have is ``null``, never absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request

from engine.model.person import role_of
from engine.queries.rest import CaseRow, DefinitionRow, TaskRow
from engine.queries.rest_deployments import DeploymentRow
from forms import Form
from webapp.engine_rest.moments import written


def definition(row: DefinitionRow) -> dict[str, Any]:
    """Return a process definition."""
    found = row.definition
    return {
        "id": str(found.id),
        "key": found.process_id,
        "category": found.bundle.config.area,
        "description": None,
        "name": found.name,
        "version": found.version,
        "resource": row.file,
        "deploymentId": found.bundle.id,
        "diagram": None,
        "suspended": row.is_suspended,
        "tenantId": None,
        "versionTag": None,
        "historyTimeToLive": None,
        "startableInTasklist": bool(found.bundle.process(found.process_id).start_lanes),
    }


def task(row: TaskRow) -> dict[str, Any]:
    """Return a human task; its case stands for the execution as well."""
    return {
        "id": str(row.id),
        "name": row.name,
        "assignee": row.holder,
        "owner": row.owner,
        "created": written(row.created_at),
        "lastUpdated": None,
        "due": written(row.due_at),
        "followUp": written(row.follow_up_at),
        "delegationState": _delegation(row),
        "description": None,
        "executionId": str(row.instance_id),
        "parentTaskId": None,
        "priority": row.priority,
        "processDefinitionId": str(row.definition_id),
        "processInstanceId": str(row.instance_id),
        "caseDefinitionId": None,
        "caseExecutionId": None,
        "caseInstanceId": None,
        "taskDefinitionKey": row.element_id,
        "suspended": False,
        "formKey": row.form_id,
        "camundaFormRef": _form_ref(row.form_id),
        "tenantId": None,
    }


def form_key(form_id: str | None) -> dict[str, Any]:
    """Return where the form of a step, or of a start, is."""
    return {"key": form_id, "camundaFormRef": _form_ref(form_id), "contextPath": None}


def deployed_form(json: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """Return the form-js JSON of a form, the choices that come from a source filled in."""
    chosen = {
        each.key: [{"value": choice.value, "label": choice.label} for choice in each.choices]
        for each in form.fields
        if each.source and each.type != "lineTable"
    }
    return {**json, "components": [_chosen(each, chosen) for each in json.get("components", ())]}


def _chosen(component: Mapping[str, Any], choices: Mapping[str, Any]) -> dict[str, Any]:
    if "components" in component:
        inner = [_chosen(each, choices) for each in component["components"]]
        return {**component, "components": inner}
    if component.get("key") in choices:
        return {**component, "values": choices[component["key"]]}
    return dict(component)


def _delegation(row: TaskRow) -> str | None:
    if row.owner is None:
        return None
    return "RESOLVED" if row.owner == row.holder else "PENDING"


def identity_links(row: TaskRow) -> list[dict[str, Any]]:
    """Return whose work a task is: its desk's role, and who has taken it."""
    links = [{"userId": None, "groupId": role_of(row.desk), "type": "candidate"}]
    if row.holder is not None:
        links.append({"userId": row.holder, "groupId": None, "type": "assignee"})
    return links


def case(row: CaseRow) -> dict[str, Any]:
    """Return a process instance with the address to ask for it again."""
    address = f"{request.host_url}engine-rest/process-instance/{row.id}"
    return {
        "links": [{"method": "GET", "href": address, "rel": "self"}],
        "id": str(row.id),
        "definitionId": str(row.definition_id),
        "definitionKey": row.process_id,
        "businessKey": row.business_key,
        "caseInstanceId": None,
        "ended": not row.is_running,
        "suspended": row.is_suspended,
        "tenantId": row.unit,
    }


def _form_ref(form_id: str | None) -> dict[str, Any] | None:
    return {"key": form_id, "binding": "deployment", "version": None} if form_id else None


def deployment(row: DeploymentRow) -> dict[str, Any]:
    """Return a deployment; it is called as its area."""
    address = f"{request.host_url}engine-rest/deployment/{row.id}"
    return {
        "links": [{"method": "GET", "href": address, "rel": "self"}],
        "id": row.id,
        "name": row.area,
        "source": None,
        "deploymentTime": written(row.deployed_at),
        "tenantId": None,
    }


def deployed(row: DeploymentRow, rows: Iterable[DefinitionRow] | None) -> dict[str, Any]:
    """Return a deployment with what became of it; ``None``: it was there already."""
    found = None if rows is None else {str(each.definition.id): definition(each) for each in rows}
    return deployment(row) | {
        "deployedProcessDefinitions": found,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
        "deployedCaseDefinitions": None,
    }


def deployment_asked(request_id: UUID, area: str, at: datetime) -> dict[str, Any]:
    """Return a deployment that a second analyst has yet to approve: it has the request's id."""
    address = f"{request.host_url}studio/deployments/{request_id}"
    waiting = DeploymentRow(str(request_id), area, at, None)
    return deployed(waiting, None) | {
        "links": [{"method": "GET", "href": address, "rel": "approval"}],
        "waitsForApproval": True,
    }
