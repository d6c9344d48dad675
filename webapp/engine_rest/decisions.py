"""Decisions and the graphs they stand in: listed, shown, and made for who draws them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine import feel
from engine.commands.models import model_of
from engine.queries import rest_decisions
from engine.queries.rest import Wanted
from engine.queries.rest_decisions import DecisionRow
from engine.queries.rest_filters import Filter, Kind, asks_nothing
from engine.queries.studio import must_read
from engine.storage import bundles
from webapp.engine_rest.body import json_object
from webapp.engine_rest.chosen import must_be_unit
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.published import OPERATIONS
from webapp.engine_rest.refusals import Refused, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.variables import values_of, written
from webapp.request import current_actor, now, reader

Holds = Callable[[DecisionRow, Any], bool]
View = Callable[[DecisionRow], ResponseReturnValue]


def _like(of: Callable[[DecisionRow], str]) -> Holds:
    """Return what asks whether a text has a pattern, in which ``%`` stands for anything."""

    def holds(row: DecisionRow, pattern: str) -> bool:
        wanted = ".*".join(map(re.escape, pattern.split("%")))
        return re.fullmatch(wanted, of(row), re.DOTALL) is not None

    return holds


def _asked_of(name: str) -> dict[str, tuple[Kind, Holds]]:
    """Return the filters of decisions, or of graphs, whose id has this name."""
    return {
        f"{name}Id": ("text", lambda row, value: row.id == value),
        f"{name}IdIn": ("texts", lambda row, value: row.id in value),
        "name": ("text", lambda row, value: row.name == value),
        "nameLike": ("text", _like(attrgetter("name"))),
        "deploymentId": ("text", lambda row, value: row.bundle_id == value),
        "deployedAfter": ("moment", lambda row, value: row.deployed_at > value),
        "deployedAt": ("moment", lambda row, value: row.deployed_at == value),
        "key": ("text", lambda row, value: row.key == value),
        "keyLike": ("text", _like(attrgetter("key"))),
        "category": ("text", lambda row, value: row.area == value),
        "categoryLike": ("text", _like(attrgetter("area"))),
        "version": ("number", lambda row, value: row.version == value),
        "latestVersion": ("flag", lambda row, value: row.is_latest or not value),
        "resourceName": ("text", lambda row, value: row.file == value),
        "resourceNameLike": ("text", _like(attrgetter("file"))),
        "tenantIdIn": ("texts", lambda _, __: False),  # a decision is the same in every unit
        "withoutTenantId": ("flag", lambda _, __: True),
    }


_OF_GRAPH: Final[Mapping[str, tuple[Kind, Holds]]] = {
    "decisionRequirementsDefinitionId": ("text", lambda row, value: row.graph_id == value),
    "decisionRequirementsDefinitionKey": ("text", lambda row, value: row.graph_key == value),
    "withoutDecisionRequirementsDefinition": ("flag", lambda _, value: not value),
}
_DECISION: Final = {**_asked_of("decisionDefinition"), **_OF_GRAPH}
_GRAPH: Final = _asked_of("decisionRequirementsDefinition")
_ORDER: Final[Mapping[str, Callable[[DecisionRow], Any]]] = {
    "id": attrgetter("id"),
    "key": attrgetter("key"),
    "name": attrgetter("name"),
    "version": attrgetter("version"),
    "category": attrgetter("area"),
    "deploymentId": attrgetter("bundle_id"),
    "deployTime": attrgetter("deployed_at"),
    "tenantId": lambda _: "",
}


def _listing(asked: Mapping[str, tuple[Kind, Holds]]) -> Listing:
    return Listing({name: Filter(kind, asks_nothing) for name, (kind, _) in asked.items()}, _ORDER)


_DECISIONS: Final = _listing(_DECISION)
_GRAPHS: Final = _listing(_GRAPH)


@does("getDecisionDefinitions", listing=_DECISIONS)
def list_decisions() -> ResponseReturnValue:
    """List decisions."""
    return jsonify(
        [_decision(each) for each in _page(_decisions(), _DECISIONS.wanted(), _DECISION)]
    )


@does("getDecisionDefinitionsCount", listing=_DECISIONS)
def count_decisions() -> ResponseReturnValue:
    """Count decisions."""
    return jsonify(count=len(_found(_decisions(), _DECISIONS.wanted(), _DECISION)))


@does("getDecisionRequirementsDefinitions", listing=_GRAPHS)
def list_graphs() -> ResponseReturnValue:
    """List the graphs of decisions: one for each file."""
    return jsonify([_graph(each) for each in _page(_graphs(), _GRAPHS.wanted(), _GRAPH)])


@does("getDecisionRequirementsDefinitionsCount", listing=_GRAPHS)
def count_graphs() -> ResponseReturnValue:
    """Count the graphs of decisions."""
    return jsonify(count=len(_found(_graphs(), _GRAPHS.wanted(), _GRAPH)))


def _does_of(
    rows: Callable[[], list[DecisionRow]], *operations: str, **taken: Any
) -> Callable[[View], View]:
    """Answer operations on one decision, or graph, however their addresses name it."""

    def keep(view: View) -> View:
        for each in operations:
            does(each, **taken)(_finding(rows, OPERATIONS[each].parameters, view))
        return view

    return keep


def _finding(
    rows: Callable[[], list[DecisionRow]],
    names: tuple[str, ...],
    view: View,
) -> Callable[..., ResponseReturnValue]:
    def found(named: str, unit: str | None = None) -> ResponseReturnValue:
        what = f"definition with {names[0]} '{named}'"
        if unit is not None:
            must_be_unit(unit, what)
        for row in rows():
            if row.id == named if names == ("id",) else row.key == named and row.is_latest:
                return view(row)
        raise not_found(f"No matching {what}")

    found.__doc__ = view.__doc__
    return found


def _decisions() -> list[DecisionRow]:
    with reader() as session:
        return rest_decisions.decisions(session)


def _graphs() -> list[DecisionRow]:
    with reader() as session:
        return rest_decisions.graphs(session)


@_does_of(
    _decisions,
    "getDecisionDefinitionById",
    "getDecisionDefinitionByKey",
    "getDecisionDefinitionByKeyAndTenantId",
)
def show_decision(row: DecisionRow) -> ResponseReturnValue:
    """Show one version of a decision."""
    return jsonify(_decision(row))


@_does_of(
    _decisions,
    "getDecisionDefinitionDmnXmlById",
    "getDecisionDefinitionDmnXmlByKey",
    "getDecisionDefinitionDmnXmlByKeyAndTenant",
)
@_does_of(
    _graphs,
    "getDecisionRequirementsDefinitionDmnXmlById",
    "getDecisionRequirementsDefinitionDmnXmlByKey",
    "getDecisionRequirementsDefinitionDmnXmlByKeyAndTenantId",
)
def show_xml(row: DecisionRow) -> ResponseReturnValue:
    """Give the file it stands in."""
    return jsonify(id=row.id, dmnXml=row.content.decode("utf-8"))


@_does_of(
    _decisions,
    "getDecisionDefinitionDiagram",
    "getDecisionDefinitionDiagramByKey",
    "getDecisionDefinitionDiagramByKeyAndTenant",
    statuses=(200, 204),
)
@_does_of(
    _graphs,
    "getDecisionRequirementsDefinitionDiagramById",
    "getDecisionRequirementsDefinitionDiagramByKey",
    "getDecisionRequirementsDefinitionDiagramByKeyAndTenantId",
    statuses=(200, 204),
)
def show_picture(_: DecisionRow) -> ResponseReturnValue:
    """Give the picture that was deployed with it: there is none, the XML draws it."""
    return "", 204


@_does_of(
    _graphs,
    "getDecisionRequirementsDefinitionById",
    "getDecisionRequirementsDefinitionByKey",
    "getDecisionRequirementsDefinitionByKeyAndTenantId",
)
def show_graph(row: DecisionRow) -> ResponseReturnValue:
    """Show the graph of a file of decisions."""
    return jsonify(_graph(row))


@_does_of(
    _decisions,
    "evaluateDecisionById",
    "evaluateDecisionByKey",
    "evaluateDecisionByKeyAndTenant",
    body=frozenset({"variables"}),
)
def evaluate(row: DecisionRow) -> ResponseReturnValue:
    """Make a decision with given values; nothing is kept of it."""
    must_read(current_actor())
    given = values_of(json_object(frozenset({"variables"})).get("variables"))
    with reader() as session:
        found = model_of(bundles.bundle(session, row.bundle_id)).decisions
    assert found is not None, "a bundle with a decision has decisions"
    made = found.evaluate(row.key, found.restored(row.key, given), now=now(), all_see_inputs=True)
    if made.violations:
        said = f"Exception while evaluating decision {row.key}: {'; '.join(made.violations)}"
        raise Refused(400, said, "RestException")
    results = made.value if isinstance(made.value, list) else [made.value]
    name = found.output_name(row.key)
    return jsonify([_result(each, name) for each in results if each is not None])


def _result(value: object, name: str) -> dict[str, Any]:
    """Return one rule's outputs as typed variables; a single value has its decision's name."""
    plain = feel.to_json(value)
    outputs = plain if isinstance(plain, dict) else {name: plain}
    return {key: written(each) for key, each in outputs.items()}


def _found(
    rows: list[DecisionRow], wanted: Wanted, asked: Mapping[str, tuple[Kind, Holds]]
) -> list[DecisionRow]:
    found = [
        row
        for row in rows
        if all(asked[name][1](row, value) for name, value in wanted.filters.items())
    ]
    for key, descends in reversed(wanted.sorting):
        found.sort(key=_ORDER[key], reverse=descends)
    return found


def _page(
    rows: list[DecisionRow], wanted: Wanted, asked: Mapping[str, tuple[Kind, Holds]]
) -> list[DecisionRow]:
    return _found(rows, wanted, asked)[wanted.first : wanted.first + wanted.most]


def _decision(row: DecisionRow) -> dict[str, Any]:
    return _graph(row) | {
        "decisionRequirementsDefinitionId": row.graph_id,
        "decisionRequirementsDefinitionKey": row.graph_key,
        "historyTimeToLive": None,
        "versionTag": None,
    }


def _graph(row: DecisionRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "category": row.area,
        "name": row.name or row.key,
        "version": row.version,
        "resource": row.file,
        "deploymentId": row.bundle_id,
        "tenantId": None,
    }
