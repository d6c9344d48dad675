"""Webhooks: receivers outside that administrators subscribe to what happens in cases.

What happens is read from the feed by whichever worker makes the round, so that no step of a case
knows of them or waits for them. Each message is a delivery and a job of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from engine.commands import rounds
from engine.commands.admins import must_be_admin
from engine.commands.retried import retried
from engine.errors import Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.job import Job, JobKind, JobState, attempts_of
from engine.model.person import Actor
from engine.model.webhook import Delivery, DeliveryState, Webhook
from engine.storage import feed, jobs, webhooks
from engine.storage.admin_events import tell
from engine.storage.database import Database, UnitOfWork
from engine.storage.feed import Cursor
from engine.storage.vault import Vault

ROUND: Final = "webhooks"
EVERY: Final = timedelta(seconds=2)  #: between two looks at what is new
FORGETTING: Final = "deliveries"
FORGET_EVERY: Final = timedelta(hours=6)
PORTION: Final = 500  #: events looked at for one webhook in one round
#: a receiver that is away for a night misses nothing
RETRIES: Final = "PT5S,PT1M,PT10M,PT1H,PT3H,PT8H"
TEST: Final = "test"  #: the kind of a message that an administrator sends to try a receiver
_LONGEST: Final = 200  #: letters of a name


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator says of a webhook."""

    name: str
    url: str
    kinds: tuple[str, ...] = ()  #: of events; none: every kind
    processes: tuple[str, ...] = ()  #: none: every process
    is_active: bool = True


@retried
def add(
    uow: UnitOfWork, wanted: Wanted, secret: str, vault: Vault, *, actor: Actor, at: datetime
) -> UUID:
    """Subscribe a receiver to what happens from now on; return the webhook's id.

    Args:
        secret: signs what it is told; see `engine.connectors.signing.new_secret`.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: ``GEN-WEBHOOK-NAME`` or ``GEN-WEBHOOK-URL``.
    """
    must_be_admin(actor)
    with uow:
        _check(uow, wanted, None)
        row = Webhook(
            id=new_id(),
            name=wanted.name.strip(),
            url=wanted.url.strip(),
            kinds=list(wanted.kinds),
            processes=list(wanted.processes),
            sealed=vault.seal(secret),
            is_active=wanted.is_active,
            reached=str(feed.end(uow.session)),
            created_by=actor.username,
            created_at=at,
            changed_at=at,
        )
        uow.session.add(row)
        _tell(uow, AdminEventKind.WEBHOOK_ADDED, row, actor, at)
        uow.commit()
        return row.id


@retried
def change(
    uow: UnitOfWork, webhook_id: UUID, wanted: Wanted, *, actor: Actor, at: datetime
) -> None:
    """Change what a webhook hears, and where; one that was silent begins with what is new.

    Raises:
        NotAtThisDesk, WebhookMissing: nothing was changed.
        RulesBroken: as `add`.
    """
    must_be_admin(actor)
    with uow:
        row = webhooks.webhook(uow.session, webhook_id)
        _check(uow, wanted, webhook_id)
        if wanted.is_active and not row.is_active:
            row.reached = str(feed.end(uow.session))
        row.name, row.url = wanted.name.strip(), wanted.url.strip()
        row.kinds, row.processes = list(wanted.kinds), list(wanted.processes)
        row.is_active, row.changed_at = wanted.is_active, at
        _tell(uow, AdminEventKind.WEBHOOK_CHANGED, row, actor, at)
        uow.commit()


@retried
def renew_secret(
    uow: UnitOfWork, webhook_id: UUID, secret: str, vault: Vault, *, actor: Actor, at: datetime
) -> None:
    """Sign with another secret from now on, also what is tried again.

    Raises:
        NotAtThisDesk, WebhookMissing: nothing was changed.
    """
    must_be_admin(actor)
    with uow:
        row = webhooks.webhook(uow.session, webhook_id)
        row.sealed, row.changed_at = vault.seal(secret), at
        _tell(uow, AdminEventKind.WEBHOOK_CHANGED, row, actor, at, secret="renewed")  # noqa: S106
        uow.commit()


@retried
def remove(uow: UnitOfWork, webhook_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Tell a receiver nothing any more, and forget what it was told.

    Raises:
        NotAtThisDesk, WebhookMissing: nothing was changed.
    """
    must_be_admin(actor)
    with uow:
        row = webhooks.webhook(uow.session, webhook_id)
        webhooks.forget_deliveries(uow.session, webhook_id)
        _tell(uow, AdminEventKind.WEBHOOK_REMOVED, row, actor, at)
        uow.session.delete(row)
        uow.commit()


@retried
def try_out(uow: UnitOfWork, webhook_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """Send a receiver a message that says nothing; return the delivery's id.

    Raises:
        NotAtThisDesk, WebhookMissing: nothing is sent.
    """
    must_be_admin(actor)
    with uow:
        row = webhooks.webhook(uow.session, webhook_id)
        sent = announce(uow, [row], TEST, {"asked_by": actor.username}, at)
        uow.commit()
        return sent[0]


@retried
def send_again(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """Try a delivery anew that came to nothing, or once more one that arrived.

    Returns the id of its webhook.

    Raises:
        NotAtThisDesk, WebhookMissing: nothing is sent.
    """
    must_be_admin(actor)
    with uow:
        row = webhooks.delivery(uow.session, delivery_id)
        row.wait_again()
        uow.plan([_job(row, at, f"delivery/{row.id}/{row.attempts}")])
        uow.commit()
        return row.webhook_id


def announce(
    uow: UnitOfWork, to: Iterable[Webhook], kind: str, data: Mapping[str, Any], at: datetime
) -> list[UUID]:
    """Plan one message to each of some webhooks; the caller commits. Return the deliveries' ids.

    Args:
        kind: with full stops between its parts, such as ``incident.opened``.
    """
    body = {"type": kind, "timestamp": at.isoformat(), "data": dict(data)}
    return _plan(uow, [_delivery(each, kind, body, at) for each in to], at)


def plan_deliveries(database: Database, at: datetime) -> int:
    """Plan what is new for every active webhook, unless another worker just did; tell how much."""
    with database.reader() as session:
        if not webhooks.is_any_active(session):
            return 0
    return rounds.make(database, ROUND, EVERY, at, lambda uow: _plan_deliveries(uow, at)) or 0


def _plan_deliveries(uow: UnitOfWork, at: datetime) -> int:
    wanted: list[Delivery] = []
    for each in webhooks.active(uow.session):
        some = feed.after(uow.session, Cursor.read(each.reached), PORTION)
        wanted += [
            _delivery(each, event.type, event.message(), at)
            for event in some
            if each.wants(event.kind, event.process_id)
        ]
        if some:
            each.reached = str(some[-1].cursor)
    _plan(uow, wanted, at)
    return len(wanted)


def _delivery(to: Webhook, kind: str, body: Mapping[str, Any], at: datetime) -> Delivery:
    return Delivery(
        id=new_id(),
        webhook_id=to.id,
        kind=kind,
        body=body,
        state=DeliveryState.WAITING.value,
        planned_at=at,
        attempts=0,
    )


def _plan(uow: UnitOfWork, deliveries: Sequence[Delivery], at: datetime) -> list[UUID]:
    uow.session.add_all(deliveries)
    uow.session.flush()
    uow.plan([_job(each, at, f"delivery/{each.id}") for each in deliveries])
    return [each.id for each in deliveries]


def _job(delivery: Delivery, at: datetime, key: str) -> Job:
    return Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.DELIVERY,
        idem_key=key,
        token="",
        element_id="",
        topic=None,
        run_at=at,
        created_at=at,
        facts={"delivery": str(delivery.id)},
        max_attempts=attempts_of(RETRIES),
        retries=RETRIES,
    )


@retried
def arrived(uow: UnitOfWork, job: Job, status: int, at: datetime) -> None:
    """Record that a receiver has its message, and end the job.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        webhooks.delivery(uow.session, delivery_of(job)).arrived(status, at)
        uow.commit()


@retried
def missed(uow: UnitOfWork, job: Job, error: str, status: int | None, at: datetime) -> None:
    """Record that an attempt came to nothing; what becomes of the job is told by its error."""
    with uow:
        row = webhooks.delivery(uow.session, delivery_of(job))
        row.missed(error, status, at, is_last=job.is_spent)
        uow.commit()


@retried
def drop(uow: UnitOfWork, job: Job) -> None:
    """End the job of a delivery whose webhook is gone.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        jobs.close(uow.session, job, JobState.CANCELLED)
        uow.commit()


def delivery_of(job: Job) -> UUID:
    """Return the id of the delivery that a job is about."""
    return UUID(job.facts["delivery"])


def forget(database: Database, at: datetime, *, days: int) -> int:
    """Forget deliveries older than some days, unless another worker just did; tell how many."""
    before = at - timedelta(days=days)
    gone = rounds.make(
        database,
        FORGETTING,
        FORGET_EVERY,
        at,
        lambda uow: webhooks.forget_before(uow.session, before),
    )
    return gone or 0


def _check(uow: UnitOfWork, wanted: Wanted, webhook_id: UUID | None) -> None:
    problems, name = [], wanted.name.strip()
    is_named = 0 < len(name) <= _LONGEST
    if not is_named or webhooks.named(uow.session, name) not in (None, webhook_id):
        problems.append(Problem("GEN-WEBHOOK-NAME", "name"))
    if not _is_address(wanted.url.strip()):
        problems.append(Problem("GEN-WEBHOOK-URL", "url"))
    if problems:
        raise RulesBroken(problems)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # refuses what is no port
    except ValueError:
        return False
    is_plain = not (parts.username or parts.password or parts.fragment)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain


def _tell(
    uow: UnitOfWork,
    kind: AdminEventKind,
    row: Webhook,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> None:
    tell(uow.session, kind, actor=actor.username, at=at, name=row.name, url=row.url, **facts)
