"""History: what happened, listed by Camunda's filters, from rows that are only added to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from engine.queries import rest_events, rest_history
from engine.queries.rest import Wanted
from engine.queries.rest_events import Passing
from engine.queries.rest_history import ListedRow, Source
from engine.storage.bundles import Deployed, deployed
from webapp.engine_rest import historic
from webapp.engine_rest.chosen import by_id
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, reader

_EVENT_ID: Final = re.compile(r"[0-9a-f-]{36}:[0-9]{1,9}")
_COUNTED: Final = frozenset({"canceled", "finished", "completeScope", "incidents"})
STATISTICS: Final = Listing(
    {"processInstanceIdIn": rest_events.STEPS.filters["processInstanceIdIn"]},
    {"activityId": None},
    flags=_COUNTED,
)
Shape = Callable[[ListedRow, Deployed], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of history, and the operations that answer it."""

    what: str
    source: Source
    shape: Shape
    lists: tuple[str, ...]
    counts: tuple[str, ...]
    shows: str | None = None  #: one of them, by id
    by: str = "id"  #: the filter that finds it

    @property
    def listing(self) -> Listing:
        """What may be asked of it."""
        return Listing(self.source.filters, self.source.order)


LISTED: Final = (
    Listed(
        "cases",
        rest_history.CASES,
        historic.case,
        ("getHistoricProcessInstances", "queryHistoricProcessInstances"),
        ("getHistoricProcessInstancesCount", "queryHistoricProcessInstancesCount"),
        "getHistoricProcessInstance",
        "processInstanceId",
    ),
    Listed(
        "visits of elements",
        rest_events.STEPS,
        historic.step,
        ("getHistoricActivityInstances", "queryHistoricActivityInstances"),
        ("getHistoricActivityInstancesCount", "queryHistoricActivityInstancesCount"),
    ),
    Listed(
        "human tasks",
        rest_history.TASKS,
        historic.task,
        ("getHistoricTaskInstances", "queryHistoricTaskInstances"),
        ("getHistoricTaskInstancesCount", "queryHistoricTaskInstancesCount"),
    ),
    Listed(
        "incidents",
        rest_history.INCIDENTS,
        historic.incident,
        ("getHistoricIncidents",),
        ("getHistoricIncidentsCount",),
    ),
    Listed(
        "jobs",
        rest_history.JOBS,
        historic.job,
        ("getHistoricJobLogs", "queryHistoricJobLogs"),
        ("getHistoricJobLogsCount", "queryHistoricJobLogsCount"),
        "getHistoricJobLog",
        "logId",
    ),
    Listed(
        "external tasks",
        rest_history.EXTERNAL,
        historic.external_task,
        ("getHistoricExternalTaskLogs", "queryHistoricExternalTaskLogs"),
        ("getHistoricExternalTaskLogsCount", "queryHistoricExternalTaskLogsCount"),
        "getHistoricExternalTaskLog",
        "logId",
    ),
    Listed(
        "decisions that cases made",
        rest_events.DECIDED,
        historic.decision,
        ("getHistoricDecisionInstances",),
        ("getHistoricDecisionInstancesCount",),
    ),
    Listed(
        "changes of whose a task is",
        rest_events.LINKS,
        historic.link,
        ("getHistoricIdentityLinks",),
        ("getHistoricIdentityLinksCount",),
    ),
    Listed(
        "acts of people",
        rest_events.OPERATIONS,
        historic.operation,
        ("queryUserOperationEntries",),
        ("queryUserOperationCount",),
    ),
)


def _register(listed: Listed) -> None:
    listing = listed.listing

    def show_list() -> ResponseReturnValue:
        asked = listing.wanted()
        with reader() as session:
            rows = rest_history.rows(session, current_actor(), listed.source, asked)
            return jsonify(
                [listed.shape(each, deployed(session, each.definition_id)) for each in rows]
            )

    def show_count() -> ResponseReturnValue:
        asked = listing.wanted()
        with reader() as session:
            found = rest_history.count(session, current_actor(), listed.source, asked)
            return jsonify(count=found)

    def show_one(named: str) -> ResponseReturnValue:
        row, definition = one(listed.source, listed.by, named)
        return jsonify(listed.shape(row, definition))

    show_list.__doc__ = f"List {listed.what} of the past and of now."
    show_count.__doc__ = f"Count {listed.what} of the past and of now."
    show_one.__doc__ = f"Show one of the {listed.what}."
    does(*listed.lists, listing=listing)(show_list)
    does(*listed.counts, listing=listing)(show_count)
    if listed.shows is not None:
        does(listed.shows)(show_one)


def one(source: Source, by: str, named: str) -> tuple[ListedRow, Deployed]:
    """Return one row with the definition of its case.

    Raises:
        Refused: 404, there is none, or the caller may not see its case.
    """
    wanted = Wanted({by: identity(named, "historic entry")}, most=1)
    with reader() as session:
        for row in rest_history.rows(session, current_actor(), source, wanted):
            return row, deployed(session, row.definition_id)
    raise not_found(f"No matching historic entry with id {named}")


for _each in LISTED:
    _register(_each)


@does("getHistoricActivityInstance")
def show_step(step_id: str) -> ResponseReturnValue:
    """Show one visit of an element."""
    wanted = Wanted({"activityInstanceId": step_id}, most=1)
    with reader() as session:
        for row in rest_history.rows(session, current_actor(), rest_events.STEPS, wanted):
            return jsonify(historic.step(row, deployed(session, row.definition_id)))
    raise not_found(f"Historic activity instance with id '{step_id}' does not exist")


@does("getHistoricDecisionInstance")
def show_decision(decision_id: str) -> ResponseReturnValue:
    """Show a decision that a case made."""
    if not _EVENT_ID.fullmatch(decision_id):
        raise not_found(f"Historic decision instance with id '{decision_id}' does not exist")
    wanted = Wanted({"decisionInstanceId": decision_id}, most=1)
    with reader() as session:
        for row in rest_history.rows(session, current_actor(), rest_events.DECIDED, wanted):
            return jsonify(historic.decision(row, deployed(session, row.definition_id)))
    raise not_found(f"Historic decision instance with id '{decision_id}' does not exist")


@does(
    "getHistoricActivityStatistics",
    query=("canceled", "finished", "completeScope", "incidents", *STATISTICS.taken),
)
def show_statistics(definition_id: str) -> ResponseReturnValue:
    """Tell how often the cases of a definition came to each of its elements."""
    row = by_id(definition_id)
    given = STATISTICS.wanted().filters
    flags = {each for each in _COUNTED if given.get(each)}
    cases = {name: each for name, each in given.items() if name not in _COUNTED}
    asked = Wanted({**cases, "processDefinitionId": row.definition.id})
    with reader() as session:
        found = rest_events.passing(session, current_actor(), asked)
    return jsonify([_counted(element, each, flags) for element, each in sorted(found.items())])


def _counted(element: str, passing: Passing, flags: set[str]) -> dict[str, Any]:
    return {
        "id": element,
        "instances": passing.running,
        "canceled": passing.canceled if "canceled" in flags else 0,
        "finished": passing.finished if "finished" in flags else 0,
        "completeScope": 0,
        "openIncidents": passing.open_incidents if "incidents" in flags else 0,
        "resolvedIncidents": passing.resolved_incidents if "incidents" in flags else 0,
        "deletedIncidents": 0,
    }


@does("getStacktraceHistoricJobLog")
def show_trace(log_id: str) -> ResponseReturnValue:
    """Tell what went wrong with a job last."""
    row, _ = one(rest_history.JOBS, "logId", log_id)
    return Response(row.last_error or "", mimetype="text/plain")


@does("getErrorDetailsHistoricExternalTaskLog")
def show_details(log_id: str) -> ResponseReturnValue:
    """Tell what went wrong with an external task last."""
    row, _ = one(rest_history.EXTERNAL, "logId", log_id)
    return Response(row.last_error or "", mimetype="text/plain")
