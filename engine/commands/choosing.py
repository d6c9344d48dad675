"""A person chooses what is done next inside an open ad-hoc sub-process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine import bpmn
from engine.catalogue.desks import LaneUnmapped
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import NotAtThisDesk
from engine.model.event import EventKind
from engine.model.person import ANYWHERE, Actor, desk_of
from engine.storage.bundles import deployed
from engine.storage.cases import CaseStore
from engine.storage.database import Session, UnitOfWork

_ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Offer:
    """An activity that may be chosen now."""

    token: str  #: of the choice
    process_id: str
    element_id: str
    name: str | None
    lane_id: str | None  #: who does it; where it has none, who has the sub-process


def offers(model: bpmn.Model, process_id: str, case: bpmn.Stored) -> Iterator[Offer]:
    """Yield what may be chosen in a case, whoever asks."""
    if not model.has_ad_hoc:
        return
    for choice in bpmn.choices(model, process_id, case):
        shown = model.processes[choice.process_id]
        around = shown.element(choice.element_id)
        for each in (shown.element(one) for one in choice.offered):
            lane = each.lane_id or around.lane_id
            yield Offer(choice.token, choice.process_id, each.id, each.name, lane)


def is_awaited(session: Session, instance_id: UUID) -> bool:
    """Tell whether a case waits for somebody to choose: no row speaks of that."""
    instance = CaseStore(session.connection()).one(instance_id)
    try:
        model = model_of(deployed(session, instance.definition_id).bundle)
        return any(offers(model, instance.process_id, stored(instance)))
    except (bpmn.ModelRefused, bpmn.SnapshotStale):
        return False


@retried
def enable(
    uow: UnitOfWork,
    instance_id: UUID,
    token: str,
    element_id: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Have an activity of an ad-hoc sub-process done, for the first time or once more.

    Who does it may choose it, and an administrator; the trail says who did.

    Raises:
        CaseNotFound, CaseFinished: there is nothing to choose.
        bpmn.TokenNotWaiting: the sub-process is over.
        bpmn.ModificationRefused: the activity is not offered there.
        NotAtThisDesk: it is somebody else's to choose.
        bpmn.StepFailed: it leads nowhere; nothing has changed.
    """
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        model, case = model_of(following.bundle), stored(instance)
        for each in offers(model, instance.process_id, case):
            if (each.token, each.element_id) == (token, element_id):
                _must_be_theirs(following, each, actor)
        step = bpmn.enable(model, instance.process_id, case, token, element_id, at=at)
        following.tell(EventKind.CHOSEN, element_id=element_id, actor=actor.username)
        following.follow(step)
        following.commit()


def _must_be_theirs(following: Following, offer: Offer, actor: Actor) -> None:
    if actor.is_admin:
        return
    try:
        needed = following.desk_at(offer.process_id, offer.lane_id, offer.element_id)
    except LaneUnmapped:
        needed = desk_of(_ADMIN, ANYWHERE)
    if not actor.sits_at(needed):
        raise NotAtThisDesk(needed)
