"""Webhooks as their administrators see them, with what was delivered lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk
from engine.model.person import ANYWHERE, Actor, desk_of
from engine.model.webhook import Delivery, DeliveryState, Webhook
from engine.storage import webhooks as rows

SHOWN: Final = 50  #: deliveries of one webhook, the newest


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """One of them in the list."""

    webhook: Webhook
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class WebhookPage:
    """One of them, with its newest deliveries first."""

    webhook: Webhook
    deliveries: Sequence[Delivery]


def must_administer(actor: Actor) -> None:
    """Refuse everybody but administrators.

    Raises:
        NotAtThisDesk: the actor is none.
    """
    if not administers(actor):
        raise NotAtThisDesk(desk_of("ADMIN", ANYWHERE))


def administers(actor: Actor) -> bool:
    """Tell whether webhooks are the actor's to see."""
    return "ADMIN" in actor.roles


def every(session: Session, actor: Actor) -> list[WebhookLine]:
    """Return them all by name.

    Raises:
        NotAtThisDesk: the actor is no administrator.
    """
    must_administer(actor)
    not_there = Delivery.state != DeliveryState.ARRIVED.value
    counted = (
        select(Delivery.webhook_id, Delivery.state, func.count())
        .where(not_there)
        .group_by(Delivery.webhook_id, Delivery.state)
    )
    counts = {(of, state): count for of, state, count in session.execute(counted)}
    return [
        WebhookLine(
            each,
            counts.get((each.id, DeliveryState.WAITING.value), 0),
            counts.get((each.id, DeliveryState.FAILED.value), 0),
        )
        for each in session.scalars(select(Webhook).order_by(Webhook.name))
    ]


def one(session: Session, actor: Actor, webhook_id: UUID) -> WebhookPage:
    """Return one with what was delivered to it.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        WebhookMissing: there is none.
    """
    found = rows.webhook(session, webhook_id)
    must_administer(actor)
    newest = (
        select(Delivery)
        .where(Delivery.webhook_id == webhook_id)
        .order_by(Delivery.id.desc())
        .limit(SHOWN)
    )
    return WebhookPage(found, session.scalars(newest).all())
