"""Rows of deployments that were asked for, and which version of an area is deployed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.model.definition import BundleRow, Definition
from engine.model.deployment_request import OPEN, DeploymentRequest, RequestNotFound


def request(session: Session, request_id: UUID, *, to_change: bool = False) -> DeploymentRequest:
    """Return a request.

    Args:
        to_change: hold it against others until the transaction ends.

    Raises:
        RequestNotFound: there is none.
    """
    found = session.get(DeploymentRequest, request_id, with_for_update=to_change or None)
    if found is None:
        raise RequestNotFound(str(request_id))
    return found


def open_request(session: Session, draft_id: UUID) -> DeploymentRequest | None:
    """Return what was asked for of a draft and is not decided, or waits for its moment."""
    return session.scalar(
        select(DeploymentRequest)
        .where(DeploymentRequest.draft_id == draft_id, text(OPEN))
        .with_for_update()
    )


def deployed_of(session: Session, area: str) -> str | None:
    """Return the id of the bundle that is deployed of an area now."""
    return session.scalar(
        select(BundleRow.id)
        .join(Definition, Definition.bundle_id == BundleRow.id)
        .where(BundleRow.area == area)
        .order_by(Definition.deployed_at.desc(), BundleRow.id.desc())
        .limit(1)
    )
