"""Deployments as ``/engine-rest`` lists them: the bundles, with what was deployed of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, false, func, select, true
from sqlalchemy.orm import Session

from engine.catalogue.bundle import Bundle
from engine.model.definition import BundleRow
from engine.model.person import Actor
from engine.queries.rest import Wanted, conditions, paged
from engine.queries.rest_filters import Filter
from engine.queries.studio import must_read
from engine.storage import bundles

_ROW: Final = BundleRow.__table__.c


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """One bundle; its name is its area's."""

    id: str
    area: str
    deployed_at: datetime
    deployed_by: str | None


FILTERS: Final[Mapping[str, Filter]] = {
    "id": Filter("text", lambda value: _ROW.id == value),
    "name": Filter("text", lambda value: _ROW.area == value),
    "nameLike": Filter("text", _ROW.area.like),
    "after": Filter("moment", lambda value: _ROW.deployed_at > value),
    "before": Filter("moment", lambda value: _ROW.deployed_at < value),
    "source": Filter("text", lambda _: false()),  # who deployed it is a person, no program
    "withoutSource": Filter("flag", lambda _: true()),
    "tenantIdIn": Filter("texts", lambda _: false()),
    "withoutTenantId": Filter("flag", lambda _: true()),
    "includeDeploymentsWithoutTenantId": Filter("flag", lambda _: true()),
}
ORDER: Final[Mapping[str, Any]] = {
    "id": _ROW.id,
    "name": _ROW.area,
    "deploymentTime": _ROW.deployed_at,
}


def deployments(session: Session, wanted: Wanted) -> tuple[DeploymentRow, ...]:
    """Return the deployments asked for."""
    columns = (_ROW.id, _ROW.area, _ROW.deployed_at, _ROW.deployed_by)
    found = paged(_asked(wanted, *columns), wanted, ORDER, _ROW.id)
    return tuple(DeploymentRow(*each) for each in session.execute(found))


def count(session: Session, wanted: Wanted) -> int:
    """Return how many there are."""
    return session.scalar(_asked(wanted, func.count())) or 0


def one(session: Session, deployment_id: str) -> DeploymentRow | None:
    """Return a deployment, or ``None``."""
    return next(iter(deployments(session, Wanted({"id": deployment_id}, most=1))), None)


def files(session: Session, deployment_id: str, actor: Actor) -> Bundle:
    """Return what was deployed.

    Raises:
        Forbidden: the actor neither draws processes nor audits them.
        NotFound: there is none.
    """
    must_read(actor)
    return bundles.bundle(session, deployment_id)


def _asked(wanted: Wanted, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(BundleRow).where(*conditions(wanted, FILTERS))
