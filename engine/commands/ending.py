"""Ending a case from outside: by an administrator, or because its caller waits no more."""

from __future__ import annotations

from engine import bpmn
from engine.catalogue.handlers import REGISTRY, Records
from engine.commands.follow import Following, stored
from engine.commands.models import model_of


def end(following: Following) -> None:
    """End a running case with all that is open in it, and give back what its area holds for it.

    Raises:
        CaseFinished: there is nothing to end.
        RulesBroken: the area refuses, because something rests on the case.
    """
    instance, at = following.instance, following.at
    waits = bpmn.waiting(model_of(following.bundle), instance.process_id, stored(instance))
    for wait in waits:
        following.cease(wait.token)
    following.abandon([each.token for each in waits])
    instance.cancel(at)
    give_up = REGISTRY.cancels.get(instance.process_id)
    if give_up is not None:
        key, unit = instance.business_key, instance.unit
        session = following.uow.session
        give_up(Records(session, instance.id, instance.process_id, key, unit, at))
