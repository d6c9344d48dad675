"""The reports of how long cases and tasks took, and of how many tasks were done."""

from __future__ import annotations

from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.queries import rest_durations as queries
from engine.queries.rest_durations import FILTERS, TASK_FILTERS, Durations, Unit
from engine.storage.bundles import Deployed, deployed
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.request import current_actor, reader

_LISTING: Final = Listing(FILTERS, {})
_TAKEN: Final = frozenset({"reportType", "periodUnit", *FILTERS})


@does("getHistoricProcessInstanceDurationReport", query=_TAKEN)
def report_durations() -> ResponseReturnValue:
    """Report how long cases took, by the month or quarter they began in."""
    if request.args.get("reportType") != "duration":
        raise invalid("reportType has to be 'duration'.")
    unit = _unit(request.args.get("periodUnit", ""))
    given = {name: value for name, value in request.args.items() if name in FILTERS}
    with reader() as session:
        found = queries.durations(session, current_actor(), _LISTING.read(given), unit)
    return jsonify([_reported(each, unit) for each in found])


_TASKS: Final = Listing(TASK_FILTERS, {})
_GROUPS: Final = {"taskName": True, "processDefinition": False}


@does(
    "getHistoricTaskInstanceReport",
    query=frozenset({"reportType", "periodUnit", "groupBy", *TASK_FILTERS}),
)
def report_tasks() -> ResponseReturnValue:
    """Report how many tasks were done, or how long they took by month or quarter."""
    kind, group = request.args.get("reportType"), request.args.get("groupBy", "taskName")
    if kind not in ("count", "duration"):
        raise invalid("reportType has to be 'count' or 'duration'.")
    if group not in _GROUPS:
        raise invalid("groupBy has to be 'taskName' or 'processDefinition'.")
    asked = _TASKS.read({name: text for name, text in request.args.items() if name in TASK_FILTERS})
    actor = current_actor()
    with reader() as session:
        if kind == "duration":
            unit = _unit(request.args.get("periodUnit", ""))
            found = queries.task_durations(session, actor, asked, unit)
            return jsonify([_reported(each, unit) for each in found])
        counted = queries.closed_tasks(session, actor, asked, by_name=_GROUPS[group])
        return jsonify(
            [_counted(deployed(session, version), name, count) for version, name, count in counted]
        )


def _counted(definition: Deployed, name: str | None, count: int) -> dict[str, Any]:
    return {
        "count": count,
        "taskName": name,
        "processDefinitionId": str(definition.id),
        "processDefinitionKey": definition.process_id,
        "processDefinitionName": definition.name,
        "tenantId": None,
    }


def _unit(text: str) -> Unit:
    units: dict[str, Unit] = {"month": "month", "quarter": "quarter"}
    if text.lower() not in units:
        raise invalid("periodUnit has to be 'month' or 'quarter'.")
    return units[text.lower()]


def _reported(each: Durations, unit: Unit) -> dict[str, Any]:
    return {
        "period": each.period,
        "periodUnit": unit.upper(),
        "minimum": each.least,
        "maximum": each.greatest,
        "average": each.mean,
    }
