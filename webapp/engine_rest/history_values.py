"""Variables of cases, ended or not, and how they came by their values."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import jsonify, send_file
from flask.typing import ResponseReturnValue

from engine.model.event import EventKind
from engine.queries import rest_history
from engine.queries.rest import LONGEST, Wanted
from engine.queries.rest_events import DETAILS, VALUES
from engine.queries.rest_filters import Filter, asks_nothing
from engine.queries.rest_history import ListedRow
from webapp.engine_rest import historic
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.history import one
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.variables import content_of, is_content
from webapp.request import current_actor, reader

#: asked of each value, not of its case
_NAMES: Final = {
    "variableName": Filter("text", asks_nothing),
    "variableNameIn": Filter("texts", asks_nothing),
    "variableInstanceId": Filter("text", asks_nothing),
}
#: one of these has to be asked for: values of all cases are no list anybody reads
_BOUNDS: Final = frozenset(
    {
        "processInstanceId",
        "processInstanceIdIn",
        "processInstanceIds",
        "processInstanceBusinessKey",
        "processDefinitionId",
        "processDefinitionKey",
        "taskId",
    }
)
_VARIABLES: Final = Listing(
    {**VALUES.filters, **_NAMES}, VALUES.order, frozenset({"deserializeValues", "includeDeleted"})
)
_DETAILS: Final = Listing(
    {**DETAILS.filters, **_NAMES},
    DETAILS.order,
    frozenset({"deserializeValues", "excludeTaskDetails"}),
)
#: of these events the facts themselves are the values
_PLAIN: Final = frozenset(
    {EventKind.SERVICE_DONE.value, EventKind.MESSAGE.value, EventKind.SIGNAL.value}
)


@does("getHistoricVariableInstances", "queryHistoricVariableInstances", listing=_VARIABLES)
def list_variables() -> ResponseReturnValue:
    """List variables of cases with their values now, or in the end."""
    return jsonify(_page(_variables, _VARIABLES))


@does(
    "getHistoricVariableInstancesCount", "queryHistoricVariableInstancesCount", listing=_VARIABLES
)
def count_variables() -> ResponseReturnValue:
    """Count variables of cases."""
    return jsonify(count=sum(1 for _ in _variables(_VARIABLES.wanted())))


@does("getHistoricVariableInstance", query=("deserializeValue",))
def show_variable(variable_id: str) -> ResponseReturnValue:
    """Show a variable of a case, ended or not."""
    row, name, value = _variable(variable_id)
    return jsonify(historic.variable(row, name, value))


@does("getHistoricVariableInstanceBinary")
def give_variable(variable_id: str) -> ResponseReturnValue:
    """Give the bytes of a variable that was sent as File or Bytes."""
    _, name, value = _variable(variable_id)
    if not is_content(value):
        raise invalid(f"Value of variable with name {name} is not a binary value.")
    kind = value.get("mimetype") or "application/octet-stream"
    shown_as = value.get("filename") or name
    content = io.BytesIO(content_of(value))
    return send_file(content, mimetype=kind, as_attachment=True, download_name=shown_as)


@does("getHistoricDetails", "queryHistoricDetails", listing=_DETAILS)
def list_details() -> ResponseReturnValue:
    """List how variables of cases came by their values, one by one."""
    return jsonify(_page(_details, _DETAILS))


@does("getHistoricDetailsCount", listing=_DETAILS)
def count_details() -> ResponseReturnValue:
    """Count how often variables of cases came by values."""
    return jsonify(count=sum(1 for _ in _details(_DETAILS.wanted())))


def _page(found: Any, listing: Listing) -> list[dict[str, Any]]:
    """Return the page asked for of what cases' rows are spread out into."""
    wanted = listing.wanted()
    return list(found(wanted))[wanted.first : wanted.first + wanted.most]


def _variables(wanted: Wanted) -> Iterator[dict[str, Any]]:
    for row in _rows(VALUES, wanted):
        for name, value in (row.variables or {}).items():
            if _is_named(wanted, name, f"{row.id}:{name}"):
                yield historic.variable(row, name, value)


def _details(wanted: Wanted) -> Iterator[dict[str, Any]]:
    for row in _rows(DETAILS, wanted):
        for name, value in _set_by(row).items():
            if _is_named(wanted, name, f"{row.instance_id}:{name}"):
                yield historic.detail(row, name, value)


def _rows(source: rest_history.Source, wanted: Wanted) -> list[ListedRow]:
    if not wanted.filters.keys() & _BOUNDS:
        raise invalid(f"Say of which cases: one of {', '.join(sorted(_BOUNDS))}.")
    own = {name: each for name, each in wanted.filters.items() if name not in _NAMES}
    asked = Wanted(own, wanted.sorting, most=LONGEST + 1)
    with reader() as session:
        found = rest_history.rows(session, current_actor(), source, asked)
    if len(found) > LONGEST:
        raise invalid(f"More than {LONGEST} are meant: ask for fewer cases.")
    return found


def _is_named(wanted: Wanted, name: str, identity: str) -> bool:
    asked = wanted.filters
    return (
        asked.get("variableName", name) == name
        and name in asked.get("variableNameIn", (name,))
        and asked.get("variableInstanceId", identity) == identity
    )


def _set_by(row: ListedRow) -> Mapping[str, Any]:
    """Return the values an event set."""
    found = row.facts if row.kind in _PLAIN else row.facts.get("answer")
    return found if isinstance(found, Mapping) else {}


def _variable(variable_id: str) -> tuple[ListedRow, str, Any]:
    case_id, _, name = variable_id.partition(":")
    row, _ = one(VALUES, "processInstanceId", case_id)
    if name not in (row.variables or {}):
        raise not_found(f"Variable with Id '{variable_id}' does not exist")
    return row, name, row.variables[name]
