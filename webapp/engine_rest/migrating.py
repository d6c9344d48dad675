"""Cases taken to another version: a plan proposed, checked, and carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands import migrations
from engine.commands.admins import must_be_admin
from engine.commands.models import model_of
from engine.errors import NotFound
from engine.storage.bundles import Deployed, deployed
from webapp import second_person
from webapp.engine_rest.batches import begin
from webapp.engine_rest.body import flag_of, json_object, must_be_empty, text_of, texts_of
from webapp.engine_rest.modifying import reason
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.several import chosen
from webapp.request import current_actor, now, reader, unit_of_work

_GENERATE: Final = frozenset(
    {"sourceProcessDefinitionId", "targetProcessDefinitionId", "updateEventTriggers", "variables"}
)
_PLAN: Final = frozenset(
    {"sourceProcessDefinitionId", "targetProcessDefinitionId", "instructions", "variables"}
)
_SKIPPED: Final = ("skipCustomListeners", "skipIoMappings")
_EXECUTE: Final = frozenset(
    {"migrationPlan", "processInstanceIds", "processInstanceQuery", *_SKIPPED}
)


@does("generateMigrationPlan", body=_GENERATE)
def generate() -> ResponseReturnValue:
    """Propose what becomes of each element: what has the same id and kind stays."""
    body = json_object(_GENERATE)
    must_be_empty(body, "updateEventTriggers", "variables")
    must_be_admin(current_actor())
    old, new = _versions(body)
    proposed = bpmn.propose(model_of(old.bundle), model_of(new.bundle))
    pairs = [
        pair
        for process_id, elements in proposed.elements.items()
        for pair in elements.items()
        if pair[1] is not None and _rests(old, process_id, pair[0])
    ]
    return jsonify(_told(old, new, pairs))


@does("validateMigrationPlan", body=_PLAN)
def validate() -> ResponseReturnValue:
    """Say what is wrong with each instruction of a plan."""
    body = json_object(_PLAN)
    must_be_admin(current_actor())
    return jsonify(_report(*_read(body)))


@does("executeMigrationPlan", body=_EXECUTE)
def execute() -> ResponseReturnValue:
    """Take cases to another version: first each is tried, then each is taken, or none."""
    body = json_object(_EXECUTE)
    must_be_admin(current_actor())
    second_person.must_not_be_wanted()
    plan, old, new = _plan_of(body)
    ids = chosen(body, of=old.id)
    for dry_run in (True, False):
        for each in ids:
            try:
                migrations.migrate(
                    unit_of_work(),
                    each,
                    new.id,
                    plan,
                    actor=current_actor(),
                    at=now(),
                    reason=reason(),
                    only_from=old.id,
                    dry_run=dry_run,
                )
            except bpmn.MigrationRefused as refused:
                return _not_valid(each, refused)
    return "", 204


@does("executeMigrationPlanAsync", body=_EXECUTE)
def execute_later() -> ResponseReturnValue:
    """Take many cases to another version, in a batch."""
    body = json_object(_EXECUTE)
    must_be_admin(current_actor())
    plan, old, new = _plan_of(body)
    return begin(migrations.wish(old, new, plan, reason()), chosen(body, of=old.id))


Pairs = Sequence[tuple[str, str | None]]


def _plan_of(body: Mapping[str, Any]) -> tuple[bpmn.Plan, Deployed, Deployed]:
    """Return the plan a body holds, which has to be right.

    What no token rests at, and events that are gone beside what stays, is as it is proposed.

    Raises:
        Refused: 400, with everything that is wrong with it.
    """
    must_be_empty(body, *_SKIPPED)
    given = body.get("migrationPlan")
    if not isinstance(given, dict):
        raise invalid("The migration plan must not be null: generate one first.")
    old, new, pairs = _read(given)
    wrong = [
        f"{each['instruction']['sourceActivityIds'][0]}: {'; '.join(each['failures'])}"
        for each in _report(old, new, pairs)["instructionReports"]
    ]
    if wrong:
        raise invalid(f"Migration plan is not valid: {' | '.join(wrong)}")
    proposed = bpmn.propose(model_of(old.bundle), model_of(new.bundle))
    elements = {
        process_id: {
            element: target
            for element, target in each.items()
            if target is None or not _rests(old, process_id, element)
        }
        for process_id, each in proposed.elements.items()
    }
    graphs = model_of(old.bundle).graphs
    for source, target in pairs:
        process_id = next(key for key, graph in graphs.items() if source in graph.nodes)
        elements.setdefault(process_id, {})[source] = target
    return bpmn.Plan(elements, proposed.flows), old, new


def _read(given: Mapping[str, Any]) -> tuple[Deployed, Deployed, Pairs]:
    """Read a plan as Camunda writes it."""
    must_be_empty(given, "variables")
    old, new = _versions(given)
    told = given.get("instructions")
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise invalid("instructions has to be a list of objects: generate a plan first.")
    pairs = []
    for each in told:
        sources, targets = (texts_of(each, f"{of}ActivityIds") for of in ("source", "target"))
        if len(sources) != 1 or len(targets) != 1:
            raise invalid("An instruction maps one source activity to one target activity.")
        if flag_of(each, "updateEventTrigger"):
            raise invalid("updateEventTrigger is not supported: timers keep their moments.")
        pairs.append((sources[0], targets[0]))
    return old, new, pairs


def _versions(given: Mapping[str, Any]) -> tuple[Deployed, Deployed]:
    """Return the two definitions a plan is between."""
    found = []
    for which in ("source", "target"):
        name = f"{which}ProcessDefinitionId"
        said = text_of(given, name)
        if said is None:
            raise invalid(f"{which} process definition id is null: set {name}.")
        with reader() as session:
            try:
                found.append(deployed(session, identity(said, "process definition")))
            except NotFound:
                raise invalid(f"{which} process definition with id {said} does not exist") from None
    return found[0], found[1]


def _report(old: Deployed, new: Deployed, pairs: Pairs) -> dict[str, Any]:
    """Return what is wrong with a plan, instruction by instruction."""
    before, after = _kinds(old), _kinds(new)
    reports = []
    for source, target in pairs:
        failures = list(_failures(source, target or "", before, after))
        if [one for one, _ in pairs].count(source) > 1:
            failures.append(f"There are several mappings for source activity '{source}'")
        if failures:
            reports.append({"instruction": _instruction(source, target), "failures": failures})
    return {"instructionReports": reports, "variableReports": {}}


def _failures(
    source: str, target: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[str]:
    if source not in before:
        yield f"Source activity '{source}' does not exist"
    if target not in after:
        yield f"Target activity '{target}' does not exist"
    if source in before and target in after and before[source] != after[target]:
        yield f"Activities have incompatible types ({before[source]} is not {after[target]})"


def _kinds(definition: Deployed) -> dict[str, str]:
    """Return the kinds of everything drawn in a bundle."""
    graphs = model_of(definition.bundle).graphs.values()
    return {node.id: node.kind for graph in graphs for node in graph.nodes.values()}


def _rests(definition: Deployed, process_id: str, element_id: str) -> bool:
    """Tell whether a token may rest at an element: only of those Camunda's plans speak."""
    node = model_of(definition.bundle).graphs[process_id].nodes[element_id]
    return not node.kind.endswith("Gateway") and node.kind not in ("startEvent", "endEvent")


def _told(old: Deployed, new: Deployed, pairs: Pairs) -> dict[str, Any]:
    return {
        "sourceProcessDefinitionId": str(old.id),
        "targetProcessDefinitionId": str(new.id),
        "instructions": [_instruction(*each) for each in pairs],
        "variables": None,
    }


def _instruction(source: str, target: str | None) -> dict[str, Any]:
    return {
        "sourceActivityIds": [source],
        "targetActivityIds": [target],
        "updateEventTrigger": False,
    }


def _not_valid(instance_id: UUID, refused: bpmn.MigrationRefused) -> ResponseReturnValue:
    """Answer why a case cannot go on in the other version; nothing was changed."""
    reports = [
        {"sourceScopeId": each.element_id, "failures": [str(each.reason)]}
        for each in refused.obstacles
    ]
    body = {
        "type": "MigratingProcessInstanceValidationException",
        "message": f"Cannot migrate process instance '{instance_id}': {refused}",
        "code": 0,
        "validationReport": {
            "processInstanceId": str(instance_id),
            "failures": [],
            "migratingActivityInstanceValidationReports": reports,
        },
    }
    return jsonify(body), 400
