"""Deployments: listed, read file by file, and asked for as a modeler sends them.

What a program deploys goes the way of what an analyst deploys on the page: a draft, every
check, the approval of a second analyst where the site wants it, the journal.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from flask import jsonify, request, send_file
from flask.typing import ResponseReturnValue

from engine.catalogue.bundle import Bundle
from engine.commands import area_drafts, bundle_changes, deployment_requests
from engine.commands.analysts import must_be_analyst
from engine.commands.deployment_checks import DeploymentRefused
from engine.commands.deployment_requests import Wish
from engine.errors import RulesBroken
from engine.findings import Finding
from engine.model.deployment_request import LONGEST_NOTE
from engine.model.sign_in import Method
from engine.queries import rest, rest_deployments
from engine.queries.rest import Wanted
from engine.queries.rest_deployments import FILTERS, ORDER, DeploymentRow
from engine.storage import area_drafts as draft_rows
from webapp.engine_rest import shapes
from webapp.engine_rest.body import json_object, must_be_empty
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import Refused, invalid, not_found
from webapp.engine_rest.registry import does
from webapp.request import current_actor, now, reader, services, unit_of_work
from webapp.studio.deploying.checks import all_found

_DEPLOYMENTS: Final = Listing(FILTERS, ORDER)
_NAME: Final = "deployment-name"
_SOURCE: Final = "deployment-source"
#: what a modeler sends beside the files; a bundle that is deployed already is never doubled
_FLAGS: Final = ("enable-duplicate-filtering", "deploy-changed-only", "tenant-id")
#: how Camunda begins, by which its modeler knows that the diagram is meant
_NOT_PARSED: Final = "ENGINE-09005 Could not parse BPMN process."
_LATER: Final = "deployment-activation-time"
_FORM: Final = frozenset({"data", _NAME, _SOURCE, _LATER, *_FLAGS})
_AGAIN: Final = frozenset({"source", "resourceIds", "resourceNames"})
_NOTHING_NEW: Final = "STU-013"
_SPACE: Final = UUID("0e7a4a52-9a5b-4a6e-8d2c-5b8f3f7d1c11")


@does("getDeployments", listing=_DEPLOYMENTS)
def list_deployments() -> ResponseReturnValue:
    """List deployments."""
    asked = _DEPLOYMENTS.wanted()
    with reader() as session:
        rows = rest_deployments.deployments(session, asked)
    return jsonify([shapes.deployment(each) for each in rows])


@does("getDeploymentsCount", listing=_DEPLOYMENTS)
def count_deployments() -> ResponseReturnValue:
    """Count deployments."""
    asked = _DEPLOYMENTS.wanted()
    with reader() as session:
        return jsonify(count=rest_deployments.count(session, asked))


@does("getRegisteredDeployments")
def list_registered() -> ResponseReturnValue:
    """List the ids of deployments whose jobs are run here: of all."""
    with reader() as session:
        rows = rest_deployments.deployments(session, Wanted())
    return jsonify([each.id for each in rows])


@does("getDeployment")
def show_deployment(deployment_id: str) -> ResponseReturnValue:
    """Show a deployment."""
    return jsonify(shapes.deployment(_row(deployment_id)))


@does("getDeploymentResources")
def list_resources(deployment_id: str) -> ResponseReturnValue:
    """List the files of a deployment."""
    bundle = _bundle(deployment_id)
    return jsonify([_resource(bundle, each) for each in bundle.files])


@does("getDeploymentResource")
def show_resource(deployment_id: str, resource_id: str) -> ResponseReturnValue:
    """Show a file of a deployment."""
    bundle = _bundle(deployment_id)
    return jsonify(_resource(bundle, _name_of(bundle, resource_id)))


@does("getDeploymentResourceData")
def give_resource(deployment_id: str, resource_id: str) -> ResponseReturnValue:
    """Give the content of a file of a deployment."""
    bundle = _bundle(deployment_id)
    name = _name_of(bundle, resource_id)
    return send_file(
        io.BytesIO(bundle.files[name]),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name.rpartition("/")[2],
    )


@does("createDeployment", form=_FORM)
def create() -> ResponseReturnValue:
    """Deploy files as a modeler sends them, over what is deployed of their area."""
    must_be_analyst(current_actor())
    if request.form.get(_LATER) or request.form.get("tenant-id"):
        raise invalid(f"{_LATER} and tenant-id are not supported: leave them out.")
    files = {
        each.filename: each.read() for each in request.files.values() if each and each.filename
    }
    if not files:
        raise invalid("No deployment resources contained in the form upload.")
    with reader() as session:
        area, base = bundle_changes.area_of(session, files)
    name = request.form.get(_NAME) or area
    source = request.form.get(_SOURCE)
    note = f"{name} ({source})" if source else name
    return _deploy(area, bundle_changes.put_into(files, base), note)


@does("redeploy", body=_AGAIN)
def redeploy(deployment_id: str) -> ResponseReturnValue:
    """Put back what was deployed before: whole, as a new version of each of its processes."""
    must_be_analyst(current_actor())
    body = json_object(_AGAIN)
    must_be_empty(body, "resourceIds", "resourceNames")
    row, bundle = _row(deployment_id), _bundle(deployment_id)
    return _deploy(row.area, bundle.files, str(body.get("source") or f"redeploy {row.id[:12]}"))


def _deploy(area: str, files: Mapping[str, bytes], note: str) -> ResponseReturnValue:
    bundle = Bundle(files)
    actor, at = current_actor(), now()
    draft_id = area_drafts.begin(unit_of_work(), area, note, actor=actor, at=at, files=files)
    needs_approval = services().settings.studio.approval
    try:
        with reader() as session:
            save = draft_rows.open_draft(session, draft_id).saves
        request_id = deployment_requests.ask(
            unit_of_work(),
            draft_id,
            Wish(save, note[:LONGEST_NOTE]),
            checks=all_found,
            actor=actor,
            at=at,
            needs_approval=needs_approval,
            proof=Method.PASSWORD.value,
        )
    except (DeploymentRefused, RulesBroken) as refused:
        area_drafts.discard(unit_of_work(), draft_id, actor=actor, at=at)
        if isinstance(refused, DeploymentRefused):
            return _not_parsed(refused)
        if [each.code for each in refused.problems] != [_NOTHING_NEW]:
            raise
        return jsonify(shapes.deployed(_row(bundle.id), None))
    if needs_approval:
        return jsonify(shapes.deployment_asked(request_id, area, at))
    area_drafts.discard(unit_of_work(), draft_id, actor=actor, at=at)
    with reader() as session:
        rows = rest.definitions(session, Wanted({"deploymentId": bundle.id, "deployedAt": at}))
    return jsonify(shapes.deployed(_row(bundle.id), rows))


def _not_parsed(refused: DeploymentRefused) -> ResponseReturnValue:
    """Answer what stands against a deployment as Camunda answers what it cannot parse."""
    details: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for each in refused.findings:
        told = details.setdefault(each.file or "process.toml", {"errors": [], "warnings": []})
        told["errors" if each.refuses else "warnings"].append(_problem(each))
    message = f"{_NOT_PARSED} Errors: {refused}"
    body = {"type": "ParseException", "message": message, "code": 0, "details": details}
    return jsonify(body), 400


def _problem(finding: Finding) -> dict[str, Any]:
    return {
        "message": f"{finding.rule} {finding.message}",
        "line": 0,
        "column": 0,
        "mainElementId": finding.element_id,
        "elementIds": [finding.element_id] if finding.element_id else [],
    }


def _row(deployment_id: str) -> DeploymentRow:
    with reader() as session:
        row = rest_deployments.one(session, deployment_id)
    if row is None:
        raise not_found(f"Deployment with id '{deployment_id}' does not exist")
    return row


def _bundle(deployment_id: str) -> Bundle:
    _row(deployment_id)
    with reader() as session:
        return rest_deployments.files(session, deployment_id, current_actor())


def _resource(bundle: Bundle, name: str) -> dict[str, Any]:
    return {"id": _id_of(bundle, name), "name": name, "deploymentId": bundle.id}


def _id_of(bundle: Bundle, name: str) -> str:
    """Return the id of a file, which has to stand in an address: its name may have a slash."""
    return str(uuid5(_SPACE, f"{bundle.id}/{name}"))


def _name_of(bundle: Bundle, resource_id: str) -> str:
    for each in bundle.files:
        if resource_id in (each, _id_of(bundle, each)):
            return each
    raise Refused(404, f"Deployment resource with resource id '{resource_id}' does not exist")
