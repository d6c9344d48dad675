"""What is known of effects outside, each change in a transaction of its own.

The order is what makes them safe: `intend` commits before anything leaves, and what came
back is recorded before the case hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands.follow import Following
from engine.commands.retried import retried
from engine.errors import Conflict, Contended, NotFound
from engine.model.effect import EffectState, Intent
from engine.model.event import EventKind
from engine.storage import effects as rows
from engine.storage import jobs as job_rows
from engine.storage import leases
from engine.storage.bundles import deployed
from engine.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier attempt left behind."""

    state: EffectState
    request: Mapping[str, Any]  #: as first meant; empty once confirmed
    response: Mapping[str, Any] | None
    at: datetime


@retried
def intend(uow: UnitOfWork, intent: Intent) -> Known | None:
    """Write down what is about to be done; return what was known of it, if it is not the first.

    Raises:
        LeaseLost: another worker has the job; what it is at is not asked for nor done twice.
    """
    with uow:
        leases.must_hold(uow.session, intent.job_id, intent.fence)
        is_first = rows.write_intent(uow.session, intent)
        known = None if is_first else rows.effect(uow.session, intent.key)
        uow.commit()
    if is_first:
        return None
    if known is None:  # withdrawn between the two statements
        raise Contended(f"effect {intent.key} changed meanwhile")
    return Known(EffectState(known.state), known.request or {}, known.response, known.at)


@retried
def confirm(uow: UnitOfWork, key: str, response: Mapping[str, Any], at: datetime) -> None:
    """Record how a call was answered; of two answers the first stands."""
    with uow:
        rows.confirm(uow.session, key, response, at)
        uow.commit()


@retried
def doubt(uow: UnitOfWork, key: str, state: EffectState) -> None:
    """Record that a call left and nobody knows what came of it."""
    with uow:
        rows.doubt(uow.session, key, state)
        uow.commit()


@retried
def withdraw(uow: UnitOfWork, key: str) -> None:
    """Record that surely nothing was done."""
    with uow:
        rows.withdraw(uow.session, key)
        uow.commit()


@retried
def settle(
    uow: UnitOfWork,
    key: str,
    *,
    done: bool,
    response: Mapping[str, Any] | None = None,
    by: str,
    at: datetime,
) -> None:
    """Let a person say what came of an effect, and let its step go on.

    Args:
        done: it happened, and was answered by ``response``; else it is done again.

    Raises:
        NotFound: there is no such effect.
        Conflict: it is confirmed already, or a worker is at it.
    """
    with uow:
        effect = rows.effect(uow.session, key)
        if effect is None:
            raise NotFound(f"there is no effect {key!r}")
        instance_id = effect.instance_id
        if job_rows.is_at_work(uow.session, instance_id, key):
            raise Conflict(f"a worker is at {key}: decide when it has ended or its lease ran out")
        changed = (
            rows.confirm(uow.session, key, response or {}, at)
            if done
            else rows.withdraw(uow.session, key)
        )
        if not changed:
            raise Conflict(f"effect {key} is confirmed")
        instance = uow.cases.one(instance_id)
        following = Following(uow, instance, deployed(uow.session, instance.definition_id), at)
        told = {"effect": key, "done": done}
        element_id = None
        for job in job_rows.retry_of_token(uow.session, instance_id, key, at):
            job_rows.resolve_incidents(uow.session, job.id, at)
            element_id = job.element_id
        following.tell(EventKind.RETRIED, element_id=element_id, actor=by, facts=told)
        following.commit()
