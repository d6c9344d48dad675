"""Job definitions: the elements of a version that make jobs, timers and steps done by the engine.

Nothing of them is stored: they follow from the diagram. What people do makes none, nor what a
worker outside does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.bpmn.graph import Node, is_outside
from engine.catalogue.handlers import REGISTRY
from engine.commands import jobs as commands
from engine.commands.admins import must_be_admin
from engine.commands.models import model_of
from engine.queries import rest
from engine.queries import rest_jobs as queries
from engine.queries.rest import LONGEST, DefinitionRow, Wanted
from engine.queries.rest_filters import named
from engine.queries.watched import must_watch
from webapp import second_person
from webapp.engine_rest.body import json_object
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.jobs import REASON, definition_id_of, retries_of
from webapp.engine_rest.refusals import Refused, invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, now, reader, unit_of_work


@dataclass(frozen=True, slots=True)
class _JobDefinition:
    """An element of a version that makes jobs."""

    row: DefinitionRow
    node: Node
    type: str  #: Camunda's name of what its jobs do
    configuration: str

    @property
    def id(self) -> str:
        """What jobs of it name."""
        return definition_id_of(self.node.id, self.row.definition.id)


#: which of its properties a list may be sorted by
_ORDER: Final = {
    "jobDefinitionId": lambda each: each.id,
    "activityId": lambda each: each.node.id,
    "processDefinitionId": lambda each: str(each.row.definition.id),
    "processDefinitionKey": lambda each: each.row.definition.process_id,
    "jobType": lambda each: each.type,
    "jobConfiguration": lambda each: each.configuration,
    "tenantId": lambda _: "",
}
_DEFINITIONS: Final = Listing(
    {
        "jobDefinitionId": named("text"),
        "activityIdIn": named("texts"),
        "processDefinitionId": named("id"),
        "processDefinitionKey": named("text"),
        "jobType": named("text"),
        "jobConfiguration": named("text"),
        "active": named("flag"),
        "suspended": named("flag"),
        "withOverridingJobPriority": named("flag"),
        "tenantIdIn": named("texts"),
        "withoutTenantId": named("flag"),
        "includeJobDefinitionsWithoutTenantId": named("flag"),
    },
    _ORDER,
)


@does("getJobDefinitions", "queryJobDefinitions", listing=_DEFINITIONS)
def list_job_definitions() -> ResponseReturnValue:
    """List the elements of processes that make jobs."""
    asked = _DEFINITIONS.wanted()
    found = list(_found(asked))
    for key, descends in reversed(asked.sorting):
        found.sort(key=_ORDER[key], reverse=descends)
    return jsonify([_told(each) for each in found[asked.first : asked.first + asked.most]])


@does("getJobDefinitionsCount", "queryJobDefinitionsCount", listing=_DEFINITIONS)
def count_job_definitions() -> ResponseReturnValue:
    """Count the elements of processes that make jobs."""
    return jsonify(count=sum(1 for _ in _found(_DEFINITIONS.wanted())))


@does("getJobDefinition")
def show_job_definition(job_definition_id: str) -> ResponseReturnValue:
    """Show an element of a process that makes jobs."""
    return jsonify(_told(_one(job_definition_id)))


@does("setJobRetriesJobDefinition", body={"retries"})
def set_retries(job_definition_id: str) -> ResponseReturnValue:
    """Try the jobs of an element again that gave up; one after the other."""
    found, retries = _one(job_definition_id), retries_of(json_object(frozenset({"retries"})))
    actor = current_actor()
    must_be_admin(actor)
    second_person.must_not_be_wanted()
    gave_up = Wanted({"jobDefinitionId": found.id, "noRetriesLeft": True})
    with reader() as session:
        waiting = queries.jobs(session, actor, gave_up, now())
    if len(waiting) == LONGEST:
        raise invalid(f"{LONGEST} jobs or more gave up: POST /job/retries tries them in a batch.")
    for each in waiting:
        commands.set_retries(unit_of_work(), each.id, retries, REASON, actor=actor, at=now())
    return "", 204


def _found(asked: Wanted) -> Iterator[_JobDefinition]:
    must_watch(current_actor())
    wanted = asked.filters
    if wanted.get("suspended") or wanted.get("withOverridingJobPriority") or "tenantIdIn" in wanted:
        return  # none of these is ever so
    narrowed = {
        theirs: wanted[ours]
        for ours, theirs in (
            ("processDefinitionId", "processDefinitionId"),
            ("processDefinitionKey", "key"),
        )
        if ours in wanted
    }
    with reader() as session:
        rows = rest.definitions(session, Wanted(narrowed))
    for row in rows:
        yield from (each for each in _of(row) if _is_asked(each, wanted))


def _is_asked(each: _JobDefinition, wanted: Mapping[str, Any]) -> bool:
    return (
        wanted.get("jobDefinitionId", each.id) == each.id
        and each.node.id in wanted.get("activityIdIn", (each.node.id,))
        and wanted.get("jobType", each.type) == each.type
        and wanted.get("jobConfiguration", each.configuration) == each.configuration
    )


def _of(row: DefinitionRow) -> Iterator[_JobDefinition]:
    """Yield what makes jobs in a version, in the order of its diagram."""
    definition = row.definition
    for node in model_of(definition.bundle).graphs[definition.process_id].nodes.values():
        if node.part_of is not None:
            continue
        if node.trigger is not None and node.trigger.timer is not None:
            timer = node.trigger.timer
            told = f"{timer.form.upper()}: {timer.text}"
            yield _JobDefinition(row, node, _TIMERS.get(node.kind, _CAUGHT), told)
        elif is_outside(node) or _is_ours(row, node):
            yield _JobDefinition(row, node, "async-continuation", "async-before")


def _is_ours(row: DefinitionRow, node: Node) -> bool:
    if node.topic is None:
        return False
    declared = row.definition.bundle.process(row.definition.process_id).step(node.id)
    return declared.call is not None or REGISTRY.knows_topic(node.topic)


_CAUGHT: Final = "timer-intermediate-transition"
_TIMERS: Final = {"startEvent": "timer-start-event", "boundaryEvent": "timer-transition"}


def _one(job_definition_id: str) -> _JobDefinition:
    missing = Refused(404, f"Job Definition with id {job_definition_id} does not exist")
    try:
        definition_id = identity(job_definition_id, "job definition")
    except Refused:
        raise missing from None
    asked = {"processDefinitionId": definition_id, "jobDefinitionId": job_definition_id}
    for each in _found(Wanted(asked)):
        return each
    raise missing


def _told(each: _JobDefinition) -> dict[str, Any]:
    definition = each.row.definition
    return {
        "id": each.id,
        "processDefinitionId": str(definition.id),
        "processDefinitionKey": definition.process_id,
        "activityId": each.node.id,
        "jobType": each.type,
        "jobConfiguration": each.configuration,
        "overridingJobPriority": None,
        "suspended": False,
        "tenantId": None,
        "deploymentId": definition.bundle.id,
    }
