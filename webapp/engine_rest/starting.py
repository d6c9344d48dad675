"""Cases started: the form that starts a process, and the start itself, checked like that form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.catalogue.handlers import REGISTRY
from engine.commands import instances
from engine.errors import Problem, RulesBroken
from engine.model.person import ANYWHERE
from engine.queries import rest, start
from engine.queries.rest import CaseValues, DefinitionRow
from webapp.engine_rest import shapes
from webapp.engine_rest.answers import checked
from webapp.engine_rest.body import flag_of, json_object, must_be_empty, text_of
from webapp.engine_rest.chosen import by_id, by_key, does_of_definition, in_unit
from webapp.engine_rest.refusals import invalid, not_found, remember_definition
from webapp.engine_rest.registry import does
from webapp.engine_rest.variables import all_written, given_variables, written
from webapp.inbox.step_form import StepForm, step_form
from webapp.request import current_actor, now, reader, reading, unit_of_work

#: what Camunda's start can do beside starting, and ours cannot
_BESIDE: Final = ("startInstructions", "caseInstanceId", "skipCustomListeners", "skipIoMappings")
_START: Final = frozenset({"businessKey", "variables", "withVariablesInReturn", *_BESIDE})
_SUBMIT: Final = frozenset({"businessKey", "variables"})


@does_of_definition("getStartForm", "getStartFormByKey", "getStartFormByKeyAndTenantId")
def show_form_key(row: DefinitionRow) -> ResponseReturnValue:
    """Tell which form starts a process."""
    return jsonify(shapes.form_key(_form_id(row)))


@does_of_definition(
    "getDeployedStartForm", "getDeployedStartFormByKey", "getDeployedStartFormByKeyAndTenantId"
)
def show_form(row: DefinitionRow) -> ResponseReturnValue:
    """Give the form that starts a process, in the JSON of form-js, with the caller's choices."""
    json = row.definition.bundle.forms.get(_form_id(row) or "")
    if json is None:
        raise not_found(f"No matching start form for {row.definition.process_id}")
    return jsonify(shapes.deployed_form(json, _step(_startable(row)).form))


@does_of_definition(
    "getStartFormVariables",
    "getStartFormVariablesByKey",
    "getStartFormVariablesByKeyAndTenantId",
    query=("variableNames", "deserializeValues"),
)
def show_form_variables(row: DefinitionRow) -> ResponseReturnValue:
    """Give what stands in each field of the form that starts a process."""
    step = _step(_startable(row))
    asked = request.args.get("variableNames")
    names = None if asked is None else asked.split(",")
    return jsonify(
        {
            each.key: written(step.value(each))
            for each in step.form.fields
            if names is None or each.key in names
        }
    )


@does("startProcessInstance", body=_START)
def start_definition(definition_id: str) -> ResponseReturnValue:
    """Start a case of a version, as long as it is the newest."""
    return _start_and_show(_startable(by_id(definition_id)))


@does("startProcessInstanceByKey", body=_START)
def start_key(key: str) -> ResponseReturnValue:
    """Start a case of the newest version."""
    return _start_and_show(key)


@does("startProcessInstanceByKeyAndTenantId", body=_START)
def start_in_unit(key: str, unit: str) -> ResponseReturnValue:
    """Start a case of the newest version in the caller's own unit."""
    return _start_and_show(_in_own_unit(key, unit))


@does("submitForm", body=_SUBMIT)
def submit_definition(definition_id: str) -> ResponseReturnValue:
    """Start a case of a version by its form, as long as it is the newest."""
    return _submit(_startable(by_id(definition_id)))


@does("submitFormByKey", body=_SUBMIT)
def submit_key(key: str) -> ResponseReturnValue:
    """Start a case of the newest version by its form."""
    return _submit(key)


@does("submitFormByKeyAndTenantId", body=_SUBMIT)
def submit_in_unit(key: str, unit: str) -> ResponseReturnValue:
    """Start a case of the newest version by its form, in the caller's own unit."""
    return _submit(_in_own_unit(key, unit))


def _start_and_show(key: str) -> ResponseReturnValue:
    body = json_object(_START)
    must_be_empty(body, *_BESIDE)
    with_variables = flag_of(body, "withVariablesInReturn")
    case = _start(key, body)
    answer = shapes.case(case.row)
    if with_variables:
        answer["variables"] = all_written(case.variables)
    return jsonify(answer)


def _submit(key: str) -> ResponseReturnValue:
    return jsonify(shapes.case(_start(key, json_object(_SUBMIT)).row))


def _start(key: str, body: Mapping[str, Any]) -> CaseValues:
    values = checked(_step(key), given_variables(body.get("variables")))
    business_key = text_of(body, "businessKey")
    if business_key is not None:
        if key in REGISTRY.starts:
            raise RulesBroken([Problem("GEN-UNKNOWN", "businessKey")])
        values["business_key"] = business_key
    started = instances.start(unit_of_work(), key, values, actor=current_actor(), at=now())
    with reader() as session:
        return rest.one_case(session, started.instance_id, current_actor())


def _step(key: str) -> StepForm:
    with reader() as session:
        definition = start.definition(reading(), key, current_actor())
        remember_definition(definition)
        form_id = definition.bundle.process(key).start_form
        return step_form(session, definition, form_id, current_actor())


def _startable(row: DefinitionRow) -> str:
    """Return the process of a definition, which has to be its newest."""
    process_id = row.definition.process_id
    if by_key(process_id).definition.id != row.definition.id:
        raise invalid(f"Only the newest version of {process_id} can be started.")
    return process_id


def _in_own_unit(key: str, unit: str) -> str:
    """Return a process that the caller starts in one unit only: whose case it is, follows."""
    in_unit(key, unit)
    if current_actor().units - {ANYWHERE} != {unit}:
        raise invalid(
            f"The unit of a case follows from who starts it: start {key} without tenant-id."
        )
    return key


def _form_id(row: DefinitionRow) -> str | None:
    return row.definition.bundle.process(row.definition.process_id).start_form
