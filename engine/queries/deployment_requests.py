"""Deployments that were asked for, as the workshop's pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session, aliased

from engine.catalogue.bundle import Bundle
from engine.model.area_draft import AreaDraft
from engine.model.deployment_request import OPEN, DeploymentRequest, RequestNotFound, RequestState
from engine.model.person import Actor, Person
from engine.queries.people import names_of
from engine.queries.studio import must_read
from engine.storage import bundles
from engine.storage import deployment_requests as rows

Names = Mapping[str, str]
CLOSED: Final = 50  #: of those that are over, how many are listed

_BY, _DECIDED, _CLOSED = aliased(Person), aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Request:
    """One request in a list, or at the head of its page."""

    id: UUID
    area: str
    draft_id: UUID
    draft: str  #: title
    bundle_id: str
    base_id: str | None
    note: str
    message: str | None
    planned_at: datetime | None
    state: RequestState
    asked_by: str
    asked_names: Names
    asked_at: datetime
    decided_names: Names | None  #: ``None`` when decided: no approval was needed
    decided_at: datetime | None
    proof: str | None
    reason: str | None
    closed_names: Names | None
    closed_at: datetime | None
    problems: Sequence[Mapping[str, Any]]
    has_draft_moved: bool  #: something was saved in the draft since


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with what is to be deployed and what is deployed now."""

    request: Request
    bundle: Bundle
    base: Bundle | None  #: deployed when it was asked for
    is_behind: bool  #: something else is deployed by now


def waiting(session: Session, actor: Actor) -> tuple[Request, ...]:
    """Return what waits for a decision or for its moment, the oldest first.

    Raises:
        NotAnAnalyst: it is not for the actor.
    """
    must_read(actor)
    asked = _asked().where(text(OPEN)).order_by(DeploymentRequest.asked_at)
    return tuple(_request(each) for each in session.execute(asked))


def over(session: Session, actor: Actor) -> tuple[Request, ...]:
    """Return the last ones that are over, the newest first.

    Raises:
        NotAnAnalyst: it is not for the actor.
    """
    must_read(actor)
    closed = DeploymentRequest.closed_at.is_not(None)
    asked = _asked().where(closed).order_by(DeploymentRequest.asked_at.desc()).limit(CLOSED)
    return tuple(_request(each) for each in session.execute(asked))


def count_to_decide(session: Session, actor: Actor) -> int:
    """Return how many wait for this analyst: those of others that are not decided."""
    waits = (
        DeploymentRequest.state == RequestState.ASKED.value,
        DeploymentRequest.asked_by != actor.username,
    )
    counted = select(func.count()).select_from(DeploymentRequest)
    return session.scalar(counted.where(*waits, text(OPEN))) or 0


def of_draft(session: Session, draft_id: UUID) -> Request | None:
    """Return what was asked for of a draft last; ``None``: nothing was."""
    asked = _asked().where(DeploymentRequest.draft_id == draft_id)
    found = session.execute(asked.order_by(DeploymentRequest.asked_at.desc()).limit(1)).first()
    return None if found is None else _request(found)


def one(session: Session, request_id: UUID, actor: Actor) -> RequestPage:
    """Return a request with its files.

    Raises:
        RequestNotFound: there is none.
        NotAnAnalyst: it is not for the actor.
    """
    found = session.execute(_asked().where(DeploymentRequest.id == request_id)).first()
    if found is None:
        raise RequestNotFound(str(request_id))
    must_read(actor)
    request = _request(found)
    row = rows.request(session, request_id)
    base = None if request.base_id is None else bundles.bundle(session, request.base_id)
    is_behind = rows.deployed_of(session, request.area) not in (request.base_id, request.bundle_id)
    return RequestPage(request, Bundle.unpack(row.content), base, is_behind)


_LISTED: Final = (
    DeploymentRequest.id,
    DeploymentRequest.area,
    DeploymentRequest.draft_id,
    DeploymentRequest.save,
    DeploymentRequest.bundle_id,
    DeploymentRequest.base_id,
    DeploymentRequest.note,
    DeploymentRequest.message,
    DeploymentRequest.planned_at,
    DeploymentRequest.state,
    DeploymentRequest.asked_by,
    DeploymentRequest.asked_at,
    DeploymentRequest.decided_by,
    DeploymentRequest.decided_at,
    DeploymentRequest.proof,
    DeploymentRequest.reason,
    DeploymentRequest.closed_by,
    DeploymentRequest.closed_at,
    DeploymentRequest.problems,
)


def _asked() -> Select[Any]:
    """Select requests with the names of people, without their files."""
    return (
        select(*_LISTED, AreaDraft.title, AreaDraft.saves, _BY, _DECIDED, _CLOSED)
        .join(AreaDraft, AreaDraft.id == DeploymentRequest.draft_id)
        .outerjoin(_BY, _BY.username == DeploymentRequest.asked_by)
        .outerjoin(_DECIDED, _DECIDED.username == DeploymentRequest.decided_by)
        .outerjoin(_CLOSED, _CLOSED.username == DeploymentRequest.closed_by)
    )


def _request(found: Any) -> Request:
    *_, by, decided, closed = found
    return Request(
        id=found.id,
        area=found.area,
        draft_id=found.draft_id,
        draft=found.title,
        bundle_id=found.bundle_id,
        base_id=found.base_id,
        note=found.note,
        message=found.message,
        planned_at=found.planned_at,
        state=RequestState(found.state),
        asked_by=found.asked_by,
        asked_names=names_of(by, found.asked_by),
        asked_at=found.asked_at,
        decided_names=_named(decided, found.decided_by),
        decided_at=found.decided_at,
        proof=found.proof,
        reason=found.reason,
        closed_names=_named(closed, found.closed_by),
        closed_at=found.closed_at,
        problems=found.problems or (),
        has_draft_moved=found.saves != found.save,
    )


def _named(person: Person | None, username: str | None) -> Names | None:
    return None if username is None else names_of(person, username)
