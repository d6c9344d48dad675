"""What goes with a decision on a deployment: doing it, the journal, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.catalogue.bundle import Bundle
from engine.commands.affected import affected_roles, changed_processes
from engine.commands.models import examined
from engine.commands.notifying import notify
from engine.commands.publishing import published
from engine.model.admin_event import AdminEventKind
from engine.model.deployment_request import DeploymentRequest
from engine.model.notice import NoticeKind
from engine.model.person import ANYWHERE
from engine.storage import bundles
from engine.storage.actors import at_work_in
from engine.storage.admin_events import tell
from engine.storage.database import Session, UnitOfWork
from engine.storage.people import holders_of
from engine.values import local_date


def publish(uow: UnitOfWork, request: DeploymentRequest, bundle: Bundle, at: datetime) -> None:
    """Deploy, and tell those whose work changes what they were to be told."""
    definitions = published(uow, bundle, examined(bundle), at=at, by=request.asked_by)
    versions = {each.process_id: each.version for each in definitions}
    tell_of(uow, AdminEventKind.DEPLOYED, request, request.asked_by, at, versions=versions)
    if request.message is None:
        return
    old = None if request.base_id is None else bundles.bundle(uow.session, request.base_id)
    changed = changed_processes(old, bundle)
    notify(
        uow,
        holders_of(uow.session, affected_roles(old, bundle), local_date(at)),
        NoticeKind.PROCESS_CHANGED,
        at=at,
        by=request.asked_by,
        message=request.message,
        processes=[_titles(bundle, each) for each in changed],
    )


def _titles(bundle: Bundle, process_id: str) -> Mapping[str, str]:
    """Return what a process is called, by language."""
    title = bundle.process(process_id).title
    return {"fa": title, "en": bundle.text("en", process_id, "title", default=title)}


def analysts_at(session: Session, at: datetime) -> list[str]:
    """Return who is an analyst today, by user name."""
    people = at_work_in(session, ANYWHERE, at, role="ANALYST")
    return [each.username for each in people if each.is_analyst]


def notify_of(
    uow: UnitOfWork,
    usernames: Iterable[str | None],
    kind: NoticeKind,
    request: DeploymentRequest,
    by: str | None,
    at: datetime,
) -> None:
    """Tell some people of a request; the caller commits."""
    notify(
        uow,
        usernames,
        kind,
        at=at,
        by=by,
        request=str(request.id),
        area=request.area,
        state=request.state,
    )


def tell_of(
    uow: UnitOfWork,
    kind: AdminEventKind,
    request: DeploymentRequest,
    actor: str,
    at: datetime,
    **facts: Any,
) -> None:
    """Add an act on a request to the stream of acts; the caller commits."""
    known = {"area": request.area, "request": str(request.id), "bundle": request.bundle_id}
    tell(uow.session, kind, actor=actor, at=at, **known, **facts)
