"""Process definitions: listed, shown, drawn, started."""

from __future__ import annotations

from importlib import metadata
from typing import Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.catalogue.handlers import REGISTRY
from engine.commands import instances
from engine.errors import Problem, RulesBroken
from engine.queries import rest, start
from engine.queries.rest import DefinitionRow, Wanted
from engine.queries.rest_filters import DEFINITION_FILTERS, DEFINITION_ORDER, Filter
from webapp.engine_rest import shapes
from webapp.engine_rest.answers import checked
from webapp.engine_rest.body import flag_of, json_object, text_of
from webapp.engine_rest.criteria import wanted
from webapp.engine_rest.refusals import invalid, not_found, remember_definition
from webapp.engine_rest.routing import get, identity, post
from webapp.engine_rest.variables import all_written, given_variables
from webapp.inbox.step_form import StepForm, step_form
from webapp.request import current_actor, now, reader, reading, unit_of_work

_FILTERS: Final = {
    **DEFINITION_FILTERS,
    "startableBy": Filter("person", lambda _: DEFINITION_FILTERS["active"].condition(True)),
}
_START: Final = frozenset({"businessKey", "variables", "withVariablesInReturn"})


@get("/version")
def version() -> ResponseReturnValue:
    """Tell which Divan this is."""
    return jsonify(version=metadata.version("divan"))


@get("/engine")
def engines() -> ResponseReturnValue:
    """Tell the one engine's name."""
    return jsonify([{"name": "default"}])


@get("/process-definition")
def list_definitions() -> ResponseReturnValue:
    """List definitions."""
    asked = wanted(_FILTERS, DEFINITION_ORDER)
    page = _found(asked)[asked.first : asked.first + asked.most]
    return jsonify([shapes.definition(each) for each in page])


@get("/process-definition/count")
def count_definitions() -> ResponseReturnValue:
    """Count definitions."""
    return jsonify(count=len(_found(wanted(_FILTERS, DEFINITION_ORDER))))


@get("/process-definition/<definition_id>")
def show_definition(definition_id: str) -> ResponseReturnValue:
    """Show one version of a process."""
    return jsonify(shapes.definition(_by_id(definition_id)))


@get("/process-definition/key/<key>")
def show_latest(key: str) -> ResponseReturnValue:
    """Show the newest version of a process."""
    return jsonify(shapes.definition(_by_key(key)))


@get("/process-definition/<definition_id>/xml")
def draw_definition(definition_id: str) -> ResponseReturnValue:
    """Give the diagram of one version."""
    return _xml(_by_id(definition_id))


@get("/process-definition/key/<key>/xml")
def draw_latest(key: str) -> ResponseReturnValue:
    """Give the diagram of the newest version."""
    return _xml(_by_key(key))


@get("/process-definition/key/<key>/start-form")
def start_form_of(key: str) -> ResponseReturnValue:
    """Tell which form starts a process."""
    definition = _by_key(key).definition
    return jsonify(shapes.form_key(definition.bundle.process(key).start_form))


@get("/process-definition/key/<key>/deployed-start-form")
def show_start_form(key: str) -> ResponseReturnValue:
    """Give the form that starts a process, in the JSON of form-js, with the caller's choices."""
    definition = _by_key(key).definition
    json = definition.bundle.forms.get(definition.bundle.process(key).start_form or "")
    if json is None:
        raise not_found(f"No matching start form for {key}")
    return jsonify(shapes.deployed_form(json, _start_form(key).form))


@post("/process-definition/key/<key>/start")
def start_latest(key: str) -> ResponseReturnValue:
    """Start a case of the newest version."""
    return _start(key)


@post("/process-definition/<definition_id>/start")
def start_definition(definition_id: str) -> ResponseReturnValue:
    """Start a case of a version, as long as it is the newest."""
    chosen = _by_id(definition_id).definition
    if _by_key(chosen.process_id).definition.id != chosen.id:
        raise invalid(f"Only the newest version of {chosen.process_id} can be started.")
    return _start(chosen.process_id)


def _start(key: str) -> ResponseReturnValue:
    body = json_object(_START)
    step = _start_form(key)
    values = checked(step, given_variables(body.get("variables")))
    business_key = text_of(body, "businessKey")
    if business_key is not None:
        if key in REGISTRY.starts:
            raise RulesBroken([Problem("GEN-UNKNOWN", "businessKey")])
        values["business_key"] = business_key
    started = instances.start(unit_of_work(), key, values, actor=current_actor(), at=now())
    with reader() as session:
        case = rest.one_case(session, started.instance_id, current_actor())
    answer = shapes.case(case.row)
    if flag_of(body, "withVariablesInReturn"):
        answer["variables"] = all_written(case.variables)
    return jsonify(answer)


def _start_form(key: str) -> StepForm:
    with reader() as session:
        definition = start.definition(reading(), key, current_actor())
        remember_definition(definition)
        form_id = definition.bundle.process(key).start_form
        return step_form(session, definition, form_id, current_actor())


def _found(asked: Wanted) -> tuple[DefinitionRow, ...]:
    with reader() as session:
        rows = rest.definitions(session, asked)
    if "startableBy" not in asked.filters:
        return rows
    person = asked.filters["startableBy"]
    return tuple(
        each
        for each in rows
        if person is not None
        and instances.may_start(each.definition.bundle.process(each.definition.process_id), person)
    )


def _by_id(definition_id: str) -> DefinitionRow:
    wanted_id = identity(definition_id, "process definition")
    rows = _found(Wanted({"processDefinitionId": wanted_id}))
    if not rows:
        raise not_found(f"No matching process definition with id {definition_id}")
    return rows[0]


def _by_key(key: str) -> DefinitionRow:
    rows = _found(Wanted({"key": key, "latestVersion": True}))
    if not rows:
        raise not_found(f"No matching process definition with key: {key} and no tenant-id")
    return rows[0]


def _xml(row: DefinitionRow) -> ResponseReturnValue:
    return jsonify(id=str(row.definition.id), bpmn20Xml=row.diagram.decode("utf-8"))
