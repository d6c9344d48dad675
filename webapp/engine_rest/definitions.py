"""Process definitions: listed, shown, drawn, and what their running cases do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.commands import instances
from engine.commands.models import model_of
from engine.queries import rest, rest_places
from engine.queries.rest import DefinitionRow, Wanted
from engine.queries.rest_filters import DEFINITION_FILTERS, DEFINITION_ORDER, Filter
from engine.queries.rest_places import Standing
from webapp.engine_rest import shapes
from webapp.engine_rest.chosen import by_id, does_of_definition
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.published import VERSION
from webapp.engine_rest.registry import does
from webapp.request import current_actor, reader

_FILTERS: Final = {
    **DEFINITION_FILTERS,
    "startableBy": Filter("person", lambda _: DEFINITION_FILTERS["active"].condition(True)),
}
_DEFINITIONS: Final = Listing(_FILTERS, DEFINITION_ORDER)


@does("getRestApiVersion")
def version() -> ResponseReturnValue:
    """Tell which version of Camunda's REST API is spoken here."""
    return jsonify(version=VERSION)


@does("getProcessEngineNames")
def engines() -> ResponseReturnValue:
    """Tell the one engine's name."""
    return jsonify([{"name": "default"}])


@does("getProcessDefinitions", listing=_DEFINITIONS)
def list_definitions() -> ResponseReturnValue:
    """List definitions."""
    asked = _DEFINITIONS.wanted()
    page = _found(asked)[asked.first : asked.first + asked.most]
    return jsonify([shapes.definition(each) for each in page])


@does("getProcessDefinitionsCount", listing=_DEFINITIONS)
def count_definitions() -> ResponseReturnValue:
    """Count definitions."""
    return jsonify(count=len(_found(_DEFINITIONS.wanted())))


@does_of_definition(
    "getProcessDefinition", "getProcessDefinitionByKey", "getLatestProcessDefinitionByTenantId"
)
def show_definition(row: DefinitionRow) -> ResponseReturnValue:
    """Show one version of a process."""
    return jsonify(shapes.definition(row))


@does_of_definition(
    "getProcessDefinitionBpmn20Xml",
    "getProcessDefinitionBpmn20XmlByKey",
    "getProcessDefinitionBpmn20XmlByKeyAndTenantId",
)
def show_xml(row: DefinitionRow) -> ResponseReturnValue:
    """Give the diagram of one version."""
    return jsonify(id=str(row.definition.id), bpmn20Xml=row.diagram.decode("utf-8"))


@does_of_definition(
    "getProcessDefinitionDiagram",
    "getProcessDefinitionDiagramByKey",
    "getProcessDefinitionDiagramByKeyAndTenantId",
    statuses=(200, 204),
)
def show_picture(_: DefinitionRow) -> ResponseReturnValue:
    """Give the picture that was deployed with a diagram: there is none, the XML draws it."""
    return "", 204


@does("getStaticCalledProcessDefinitions")
def show_called(definition_id: str) -> ResponseReturnValue:
    """List the definitions that a process calls by name."""
    row = by_id(definition_id)
    told = []
    called = model_of(row.definition.bundle).called_by(row.definition.process_id)
    for key, elements in called.items():
        for each in _found(Wanted({"key": key, "latestVersion": True})):
            calling = {
                "calledFromActivityIds": elements,
                "callingProcessDefinitionId": str(row.definition.id),
            }
            told.append(shapes.definition(each) | calling)
    return jsonify(told)


@does("getProcessDefinitionStatistics", query=("failedJobs", "incidents", "incidentsForType"))
def show_statistics() -> ResponseReturnValue:
    """Tell how many cases of each definition run, as far as the caller sees them."""
    with reader() as session:
        rows = rest.definitions(session, Wanted(sorting=(("key", False), ("version", False))))
        counts = rest_places.running(session, current_actor())
    return jsonify(
        [
            _counted(str(row.definition.id), counts.get(row.definition.id, Standing()))
            | {"definition": shapes.definition(row), "@class": _CLASS}
            for row in rows
        ]
    )


@does_of_definition(
    "getActivityStatistics",
    "getActivityStatisticsByProcessDefinitionKey",
    "getActivityStatisticsByProcessDefinitionKeyAndTenantId",
    query=("failedJobs", "incidents", "incidentsForType"),
)
def show_activities(row: DefinitionRow) -> ResponseReturnValue:
    """Tell at which elements the running cases of a definition stand."""
    beside = _beside(row)
    with reader() as session:
        counts = rest_places.standing(session, current_actor(), row.definition.id)
    return jsonify(
        [_counted(element, each) for element, each in counts.items() if element not in beside]
    )


_CLASS: Final = "org.camunda.bpm.engine.rest.dto.repository.ProcessDefinitionStatisticsResultDto"


def _counted(name: str, standing: Standing) -> dict[str, Any]:
    """Return counts as Camunda gives them: jobs and incidents only when they are asked for."""
    wanted = request.args.get("incidentsForType")
    asks = request.args.get("incidents") == "true" or wanted is not None
    opened: Mapping[str, int] = standing.incidents or {}
    return {
        "id": name,
        "instances": standing.tokens,
        "failedJobs": standing.failed if request.args.get("failedJobs") == "true" else 0,
        "incidents": [
            {"incidentType": kind, "incidentCount": count}
            for kind, count in opened.items()
            if asks and wanted in (None, kind)
        ],
    }


def _beside(row: DefinitionRow) -> frozenset[str]:
    """Return the events that wait beside an activity: no case stands at one of them."""
    model = model_of(row.definition.bundle)
    return frozenset(
        each.id
        for process in model.processes.values()
        for each in process.elements
        if each.attached_to is not None
    )


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
