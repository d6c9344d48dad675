"""Job definitions: the elements of a version that make jobs, timers and steps done by the engine.

Nothing of them is stored: they follow from the diagram. What people do makes none, nor what a
worker outside does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.bpmn.graph import Node
from engine.commands import holding_steps
from engine.commands import jobs as commands
from engine.commands.admins import must_be_admin
from engine.commands.holding_steps import job_steps
from engine.commands.step_priorities import Preference, prefer
from engine.model.step_priority import StepPriority
from engine.queries import rest
from engine.queries import rest_jobs as queries
from engine.queries.rest import LONGEST, DefinitionRow, Wanted
from engine.queries.rest_filters import named
from engine.queries.watched import must_watch
from engine.storage import held_steps, step_priorities
from webapp import second_person
from webapp.engine_rest.body import flag_of, json_object, number_of, text_of
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.jobs import definition_id_of, retries_of
from webapp.engine_rest.modifying import reason
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
    is_held: bool
    priority: int | None  #: given to it by an administrator, over what the model says

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
        commands.set_retries(unit_of_work(), each.id, retries, reason(), actor=actor, at=now())
    return "", 204


_HELD: Final = frozenset({"suspended", "includeJobs", "executionDate"})
_WHICH: Final = frozenset(
    {
        "processDefinitionId",
        "processDefinitionKey",
        "processDefinitionTenantId",
        "processDefinitionWithoutTenantId",
    }
)


@does("updateSuspensionStateJobDefinition", body=_HELD)
def suspend_one(job_definition_id: str) -> ResponseReturnValue:
    """Hold the work at an element in all cases of its version, or let it go on."""
    must_be_admin(current_actor())
    return _hold([_one(job_definition_id)], json_object(_HELD))


@does("updateSuspensionStateJobDefinitions", body=_HELD | _WHICH)
def suspend_several() -> ResponseReturnValue:
    """Hold the work at all elements of a version, or of all versions of a process."""
    must_be_admin(current_actor())
    body = json_object(_HELD | _WHICH)
    version, key = text_of(body, "processDefinitionId"), text_of(body, "processDefinitionKey")
    if (version is None) == (key is None) or text_of(body, "processDefinitionTenantId"):
        raise invalid("Either processDefinitionId or processDefinitionKey has to be given.")
    asked = (
        {"processDefinitionKey": key}
        if version is None
        else {"processDefinitionId": identity(version, "process definition")}
    )
    return _hold([each for each in _found(Wanted(asked)) if _in_cases(each)], body)


def _hold(found: Sequence[_JobDefinition], body: Mapping[str, Any]) -> ResponseReturnValue:
    if "suspended" not in body:
        raise invalid("suspended is missing.")
    if not flag_of(body, "includeJobs"):
        raise invalid("The jobs go with their definition here: send includeJobs as true.")
    if body.get("executionDate") is not None:
        raise invalid("A later executionDate is not supported; it is done at once.")
    if not all(map(_in_cases, found)):
        raise invalid("It starts cases: suspend the process definition instead.")
    second_person.must_not_be_wanted()
    act = holding_steps.hold if flag_of(body, "suspended") else holding_steps.let_go
    versions: dict[UUID, list[str]] = {}
    for each in found:
        versions.setdefault(each.row.definition.id, []).append(each.node.id)
    act(unit_of_work(), versions, reason(), actor=current_actor(), at=now())
    return "", 204


_PRIORITY: Final = frozenset({"priority", "includeJobs"})


@does("setJobPriorityJobDefinition", body=_PRIORITY)
def set_priority(job_definition_id: str) -> ResponseReturnValue:
    """Let the work at an element run before other work, or after it; null: as the model says."""
    must_be_admin(current_actor())
    found, body = _one(job_definition_id), json_object(_PRIORITY)
    if "priority" not in body:
        raise invalid("priority is missing: a whole number, or null for what the model says.")
    priority = number_of(body, "priority")
    if priority is None and flag_of(body, "includeJobs"):
        raise invalid("includeJobs can only be true when priority is not null.")
    if not _in_cases(found):
        raise invalid("It starts cases: its jobs are of none, and wait for nothing but their time.")
    second_person.must_not_be_wanted()
    wanted = Preference(
        found.row.definition.id, found.node.id, priority, bool(flag_of(body, "includeJobs"))
    )
    prefer(unit_of_work(), wanted, reason(), actor=current_actor(), at=now())
    return "", 204


def _in_cases(each: _JobDefinition) -> bool:
    return each.type != _TIMERS["startEvent"]


def _found(asked: Wanted) -> Iterator[_JobDefinition]:
    must_watch(current_actor())
    wanted = asked.filters
    if "tenantIdIn" in wanted:
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
        versions = [row.definition.id for row in rows]
        held = held_steps.held(session, versions)
        preferred = step_priorities.said(session, versions)
    for row in rows:
        yield from (each for each in _of(row, held, preferred) if _is_asked(each, wanted))


def _is_asked(each: _JobDefinition, wanted: Mapping[str, Any]) -> bool:
    return (
        wanted.get("jobDefinitionId", each.id) == each.id
        and each.node.id in wanted.get("activityIdIn", (each.node.id,))
        and not (wanted.get("active") and each.is_held)
        and not (wanted.get("suspended") and not each.is_held)
        and not (wanted.get("withOverridingJobPriority") and each.priority is None)
        and wanted.get("jobType", each.type) == each.type
        and wanted.get("jobConfiguration", each.configuration) == each.configuration
    )


def _of(
    row: DefinitionRow,
    held: Collection[tuple[UUID, str]],
    preferred: Mapping[tuple[UUID, str], StepPriority],
) -> Iterator[_JobDefinition]:
    """Yield what makes jobs in a version, in the order of its diagram."""
    definition = row.definition
    for each in job_steps(definition):
        node = each.node
        key = (definition.id, node.id)
        given = preferred.get(key)
        is_held, priority = key in held, None if given is None else given.priority
        if each.timer is not None:
            kind = _TIMERS.get(node.kind, _CAUGHT)
            yield _JobDefinition(row, node, kind, each.timer, is_held, priority)
        else:
            kind, configuration = "async-continuation", "async-before"
            yield _JobDefinition(row, node, kind, configuration, is_held, priority)


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
        "overridingJobPriority": each.priority,
        "suspended": each.is_held,
        "tenantId": None,
        "deploymentId": definition.bundle.id,
    }
