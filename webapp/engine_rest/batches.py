"""Batches: acts over many cases that workers carry out bit by bit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.commands import batches
from engine.commands.admins import must_be_admin
from engine.model.batch import Batch, BatchState, Wish
from engine.queries import rest_batches
from engine.queries.rest_batches import FILTERS, ORDER, OVER_FILTERS, OVER_ORDER, TYPES
from engine.storage.batches import Chosen
from webapp import second_person
from webapp.engine_rest.body import flag_of, json_object
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.moments import written
from webapp.engine_rest.refusals import not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, now, reader, unit_of_work

_BATCHES: Final = Listing(FILTERS, ORDER)
_OVER: Final = Listing(OVER_FILTERS, OVER_ORDER)
_STATE: Final = frozenset({"suspended"})


@does("getBatches", listing=_BATCHES)
def list_batches() -> ResponseReturnValue:
    """List batches that are under way."""
    must_be_admin(current_actor())
    asked = _BATCHES.wanted()
    with reader() as session:
        rows = rest_batches.under_way(session, asked)
        return jsonify([told(each) for each in rows])


@does("getBatchesCount", listing=_BATCHES)
def count_batches() -> ResponseReturnValue:
    """Count batches that are under way."""
    must_be_admin(current_actor())
    asked = _BATCHES.wanted()
    with reader() as session:
        return jsonify(count=rest_batches.count_under_way(session, asked))


@does("getBatchStatistics", listing=_BATCHES)
def show_statistics() -> ResponseReturnValue:
    """Tell how far batches have come."""
    must_be_admin(current_actor())
    asked = _BATCHES.wanted()
    with reader() as session:
        rows = rest_batches.under_way(session, asked)
        return jsonify(_with_counts(rows))


@does("getBatchStatisticsCount", listing=_BATCHES)
def count_statistics() -> ResponseReturnValue:
    """Count the batches whose statistics are told."""
    return count_batches()


@does("getBatch")
def show_batch(batch_id: str) -> ResponseReturnValue:
    """Show a batch that is under way."""
    must_be_admin(current_actor())
    with reader() as session:
        row = rest_batches.one(session, identity(batch_id, "batch"))
        if row.is_over:
            raise not_found(f"Batch with id '{batch_id}' does not exist: it is over")
        return jsonify(told(row))


@does("deleteBatch", query=("cascade",))
def delete_batch(batch_id: str) -> ResponseReturnValue:
    """End a batch; what it has done stays done."""
    batches.cancel(unit_of_work(), identity(batch_id, "batch"), actor=current_actor(), at=now())
    return "", 204


@does("updateBatchSuspensionState", body=_STATE)
def suspend_batch(batch_id: str) -> ResponseReturnValue:
    """Let workers leave a batch alone, or go on with it; twice changes nothing."""
    must_be_admin(current_actor())
    suspends = flag_of(json_object(_STATE), "suspended")
    batch = identity(batch_id, "batch")
    with reader() as session:
        is_paused = rest_batches.one(session, batch).state == PAUSED
    if suspends != is_paused:
        act = batches.pause if suspends else batches.resume
        act(unit_of_work(), batch, actor=current_actor(), at=now())
    return "", 204


PAUSED: Final = BatchState.PAUSED.value


@does("getHistoricBatches", listing=_OVER)
def list_all() -> ResponseReturnValue:
    """List batches, those that are over too."""
    must_be_admin(current_actor())
    asked = _OVER.wanted()
    with reader() as session:
        rows = rest_batches.all_batches(session, asked)
        return jsonify([told_ended(each) for each in rows])


@does("getHistoricBatchesCount", listing=_OVER)
def count_all() -> ResponseReturnValue:
    """Count batches, those that are over too."""
    must_be_admin(current_actor())
    asked = _OVER.wanted()
    with reader() as session:
        return jsonify(count=rest_batches.count_all(session, asked))


@does("getHistoricBatch")
def show_ended(batch_id: str) -> ResponseReturnValue:
    """Show a batch, also one that is over."""
    must_be_admin(current_actor())
    with reader() as session:
        row = rest_batches.one(session, identity(batch_id, "batch"))
        return jsonify(told_ended(row))


def begin(wish: Wish, chosen: Chosen) -> ResponseReturnValue:
    """Begin a batch and show it."""
    second_person.must_not_be_wanted()
    batch_id = batches.begin(unit_of_work(), wish, chosen, actor=current_actor(), at=now())
    with reader() as session:
        return jsonify(told(rest_batches.one(session, batch_id)))


def told(batch: Batch) -> dict[str, Any]:
    """Return a batch that is under way; each of its things is one job of Camunda's."""
    return _common(batch) | {
        "jobsCreated": batch.total,
        "suspended": batch.state == PAUSED,
    }


def told_ended(batch: Batch) -> dict[str, Any]:
    """Return a batch as history tells it."""
    return _common(batch) | {"endTime": written(batch.ended_at), "removalTime": None}


def _common(batch: Batch) -> dict[str, Any]:
    return {
        "id": str(batch.id),
        "type": TYPES.get(batch.kind, batch.kind),
        "totalJobs": batch.total,
        "batchJobsPerSeed": batch.total,
        "invocationsPerBatchJob": 1,
        "seedJobDefinitionId": None,
        "monitorJobDefinitionId": None,
        "batchJobDefinitionId": None,
        "tenantId": None,
        "createUserId": batch.by,
        "startTime": written(batch.asked_at),
        "executionStartTime": written(batch.asked_at),
    }


def _with_counts(rows: Iterable[Batch]) -> list[dict[str, Any]]:
    known = list(rows)
    ids: list[UUID] = [each.id for each in known]
    with reader() as session:
        counts = rest_batches.counts(session, ids)
    return [
        told(each)
        | {
            "remainingJobs": counts.get(each.id, {}).get("waiting", 0),
            "completedJobs": counts.get(each.id, {}).get("done", 0),
            "failedJobs": counts.get(each.id, {}).get("failed", 0),
        }
        for each in known
    ]
