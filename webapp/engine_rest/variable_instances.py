"""Variables of running cases as things of their own: ``/variable-instance``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.queries import rest_variables as queries
from engine.queries.rest_variables import OPERATORS, Compared, VariableFilter, VariableRow
from webapp.engine_rest.body import exact_json, flag_of, json_object, text_of, texts_of
from webapp.engine_rest.case_variables import bytes_of
from webapp.engine_rest.criteria import page_of
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.variables import written
from webapp.request import current_actor, reader

_CASES: Final = (
    "processInstanceIdIn",
    "executionIdIn",
    "activityInstanceIdIn",
    "variableScopeIdIn",
)
_FLAGS: Final = ("variableNamesIgnoreCase", "variableValuesIgnoreCase")
_ORDER: Final[Mapping[str, Callable[[VariableRow], str]]] = {
    "variableName": lambda row: row.name,
    "activityInstanceId": lambda row: str(row.instance_id),
}
_ASKED: Final = frozenset(
    {
        *_CASES,
        *_FLAGS,
        "variableName",
        "variableNameLike",
        "variableValues",
        "sorting",
        "sortBy",
        "sortOrder",
        "firstResult",
        "maxResults",
        "deserializeValues",
    }
)


@does("getVariableInstances", "queryVariableInstances", query=_ASKED, body=_ASKED)
def list_variables() -> ResponseReturnValue:
    """List variables of running cases."""
    given = _given()
    rows = _found(given)
    for key, descends in reversed(_sorting(given)):
        rows.sort(key=_ORDER[key], reverse=descends)
    first, most = page_of(given)
    return jsonify([_told(each) for each in rows[first : first + most]])


@does("getVariableInstancesCount", "queryVariableInstancesCount", query=_ASKED, body=_ASKED)
def count_variables() -> ResponseReturnValue:
    """Count variables of running cases."""
    return jsonify(count=len(_found(_given())))


@does("getVariableInstance", query={"deserializeValue"})
def show_variable(variable_id: str) -> ResponseReturnValue:
    """Show one variable, named by its case and its name."""
    return jsonify(_told(_one(variable_id)))


@does("getVariableInstanceBinary")
def show_variable_content(variable_id: str) -> ResponseReturnValue:
    """Give the bytes of a variable that was sent as a file, or as bytes."""
    row = _one(variable_id)
    return bytes_of(row.value, row.name)


def _given() -> Mapping[str, Any]:
    given: dict[str, Any] = dict(request.args.items())
    for key in _CASES:
        if key in given:
            given[key] = given[key].split(",")
    for key in _FLAGS:
        if key in given:
            given[key] = given[key].lower() == "true"
    if "variableValues" in given:
        given["variableValues"] = [_compared(each) for each in given["variableValues"].split(",")]
    if unknown := sorted(given.keys() - _ASKED):
        raise invalid(f"Unknown parameters: {', '.join(unknown)}")
    return {**given, **json_object(_ASKED)} if request.method == "POST" else given


def _compared(text: str) -> dict[str, Any]:
    """Read ``name_operator_value`` of an address; a value that is JSON counts as such."""
    name, _, rest = text.partition("_")
    operator, _, value = rest.partition("_")
    return {"name": name, "operator": operator, "value": _plain(value)}


def _plain(value: str) -> Any:
    is_plain = value in {"true", "false", "null"} or value.lstrip("-")[:1].isdigit()
    return exact_json(value) if is_plain else value


def _found(given: Mapping[str, Any]) -> list[VariableRow]:
    named = [each for key in _CASES for each in texts_of(given, key)]
    asked = VariableFilter(
        frozenset(identity(each, "process instance") for each in named) if named else None,
        text_of(given, "variableName"),
        text_of(given, "variableNameLike"),
        [_relation(each) for each in given.get("variableValues") or ()],
        flag_of(given, _FLAGS[0]),
        flag_of(given, _FLAGS[1]),
    )
    with reader() as session:
        return queries.variables(session, current_actor(), asked)


def _relation(found: Any) -> Compared:
    is_one = isinstance(found, dict) and isinstance(found.get("name"), str)
    if not is_one or found.get("operator") not in OPERATORS:
        known = ", ".join(OPERATORS)
        raise invalid(f"variableValues are {{name, operator, value}} with one of {known}.")
    return Compared(found["name"], found["operator"], found.get("value"))


def _sorting(given: Mapping[str, Any]) -> list[tuple[str, bool]]:
    asked = list(given.get("sorting") or [])
    if "sortBy" in given:
        asked.append({key: given.get(key) for key in ("sortBy", "sortOrder")})
    found = []
    for each in asked:
        known = isinstance(each, dict) and each.get("sortOrder") in {"asc", "desc"}
        if not known or each.get("sortBy") not in _ORDER:
            raise invalid("Cannot set query sortBy parameter: variableName or activityInstanceId")
        found.append((each["sortBy"], each["sortOrder"] == "desc"))
    return found


def _one(variable_id: str) -> VariableRow:
    case, _, name = variable_id.partition(":")
    asked = VariableFilter([identity(case, "variable instance")], name)
    with reader() as session:
        found = queries.variables(session, current_actor(), asked)
    if not found:
        raise not_found(f"Variable instance with Id '{variable_id}' does not exist.")
    return found[0]


def _told(row: VariableRow) -> dict[str, Any]:
    case = str(row.instance_id)
    return written(row.value) | {
        "id": row.id,
        "name": row.name,
        "processDefinitionId": str(row.definition_id),
        "processInstanceId": case,
        "executionId": case,
        "activityInstanceId": case,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "taskId": None,
        "batchId": None,
        "tenantId": None,
        "errorMessage": None,
    }
