"""Rows of webhooks and of what is delivered to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model.webhook import Delivery, DeliveryState, Webhook
from engine.storage.vault import Vault


class WebhookMissing(NotFound):
    """There is no such webhook, or no such delivery."""


def is_any_active(session: Session) -> bool:
    """Tell whether anybody outside is to be told anything."""
    return bool(session.scalar(select(exists().where(Webhook.is_active))))


def active(session: Session) -> list[Webhook]:
    """Return those that are told of events; nobody else serves them before the commit."""
    wanted = select(Webhook).where(Webhook.is_active).order_by(Webhook.id).with_for_update()
    return list(session.scalars(wanted))


def webhook(session: Session, webhook_id: UUID) -> Webhook:
    """Return one.

    Raises:
        WebhookMissing: there is none.
    """
    found = session.get(Webhook, webhook_id)
    if found is None:
        raise WebhookMissing(f"there is no webhook {webhook_id}")
    return found


def named(session: Session, name: str) -> UUID | None:
    """Return the webhook that has a name."""
    return session.scalar(select(Webhook.id).where(Webhook.name == name))


def delivery(session: Session, delivery_id: UUID) -> Delivery:
    """Return one.

    Raises:
        WebhookMissing: there is none any more.
    """
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise WebhookMissing(f"there is no delivery {delivery_id}")
    return found


def forget_deliveries(session: Session, webhook_id: UUID) -> None:
    """Take away what was delivered to a webhook, or still should be."""
    session.execute(delete(Delivery).where(Delivery.webhook_id == webhook_id))


def forget_before(session: Session, before: datetime) -> int:
    """Take away what was delivered before a moment; return how much it was."""
    old = delete(Delivery).where(
        Delivery.planned_at < before, Delivery.state != DeliveryState.WAITING.value
    )
    return len(session.execute(old.returning(Delivery.id)).all())


def waiting_of(session: Session, webhook_id: UUID) -> list[UUID]:
    """Return the deliveries that a webhook still should have."""
    wanted = select(Delivery.id).where(
        Delivery.webhook_id == webhook_id, Delivery.state == DeliveryState.WAITING.value
    )
    return list(session.scalars(wanted))


def reseal(session: Session, vault: Vault) -> int:
    """Seal every webhook's secret with the vault's newest key; return how many there are."""
    all_of_them = session.scalars(select(Webhook)).all()
    for each in all_of_them:
        session.execute(
            update(Webhook)
            .where(Webhook.id == each.id)
            .values(sealed=vault.reseal(each.name, each.sealed))
        )
    return len(all_of_them)
