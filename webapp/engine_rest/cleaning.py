"""What of history may go, and what takes it away.

Nothing goes by itself: what is due is asked for by one person and confirmed by another, then a
batch purges it (*Keeping and erasing*). So there is no nightly window, and a job only meanwhile.
"""

from __future__ import annotations

from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.queries import rest_jobs
from engine.queries import rest_keeping as queries
from engine.queries.rest_filters import named
from engine.queries.rest_keeping import Cleanable
from engine.queries.watched import must_watch
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.jobs import told
from webapp.engine_rest.refusals import Refused
from webapp.engine_rest.registry import does
from webapp.request import current_actor, now, reader

_CASES: Final = Listing(
    {
        "processDefinitionIdIn": named("ids"),
        "processDefinitionKeyIn": named("texts"),
        "tenantIdIn": named("texts"),
        "withoutTenantId": named("flag"),
        "compact": named("flag"),
    },
    {"finished": None},
)
_BATCHES: Final = Listing({}, {"finished": None})


@does("getHistoryCleanupConfiguration")
def show_configuration() -> ResponseReturnValue:
    """Tell that nothing is purged by the clock."""
    return jsonify(batchWindowStartTime=None, batchWindowEndTime=None, enabled=False)


@does("findCleanupJobs")
def list_cleanup_jobs() -> ResponseReturnValue:
    """List the jobs that purge what two people agreed to."""
    return jsonify(_jobs())


@does("findCleanupJob")
def show_cleanup_job() -> ResponseReturnValue:
    """Show the job that purges now."""
    for each in _jobs():
        return jsonify(each)
    raise Refused(404, "Nothing is being purged now.")


@does("getCleanableHistoricProcessInstanceReport", listing=_CASES)
def report_cases() -> ResponseReturnValue:
    """Report by version what has ended, and what of it need not be kept any more."""
    asked = _CASES.wanted()
    found = _cases()[asked.first : asked.first + asked.most]
    return jsonify([_reported(each) for each in found])


@does("getCleanableHistoricProcessInstanceReportCount", listing=_CASES)
def count_cases() -> ResponseReturnValue:
    """Count the versions of the report."""
    return jsonify(count=len(_cases()))


@does("getCleanableHistoricBatchesReport", listing=_BATCHES)
def report_batches() -> ResponseReturnValue:
    """Report by kind which batches have ended; they stay, as proof of what was done."""
    asked = _BATCHES.wanted()
    with reader() as session:
        found = queries.batches(session, current_actor())
    for _, descends in asked.sorting:
        found.sort(key=lambda each: each[1], reverse=descends)
    return jsonify(
        [
            {
                "batchType": kind,
                "historyTimeToLive": None,
                "finishedBatchesCount": count,
                "cleanableBatchesCount": 0,
            }
            for kind, count in found[asked.first : asked.first + asked.most]
        ]
    )


@does("getCleanableHistoricBatchesReportCount", listing=_BATCHES)
def count_batches() -> ResponseReturnValue:
    """Count the kinds of the report."""
    _BATCHES.wanted()
    with reader() as session:
        return jsonify(count=len(queries.batches(session, current_actor())))


def _cases() -> list[Cleanable]:
    asked = _CASES.wanted()
    with reader() as session:
        return queries.cases(session, current_actor(), asked, now())


def _jobs() -> list[dict[str, Any]]:
    must_watch(current_actor())
    with reader() as session:
        return [told(each) for each in rest_jobs.purging(session, current_actor())]


def _reported(each: Cleanable) -> dict[str, Any]:
    return {
        "processDefinitionId": str(each.definition.id),
        "processDefinitionKey": each.definition.process_id,
        "processDefinitionName": each.definition.name,
        "processDefinitionVersion": each.definition.version,
        "historyTimeToLive": each.days,
        "finishedProcessInstanceCount": each.finished,
        "cleanableProcessInstanceCount": each.cleanable,
        "tenantId": None,
    }
