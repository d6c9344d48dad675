"""A step that cannot be done as it was meant: who has it reports what the diagram catches there.

An error ends the step, an escalation does where its event interrupts; the case goes on from
that event. Nothing is reported that nothing around the step catches, and nothing of a step that
only an answer leaves: one that is confirmed or signed, or whose answers the area's program keeps.
It has an outcome for what stands in the way, and another door would lead past all of that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands.follow import Following, opened_ids, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.commands.saying import may_say
from engine.commands.standing import keep_duties_apart, must_work_at, told_for
from engine.errors import RuleBroken
from engine.model.event import EventKind
from engine.model.person import Actor
from engine.storage.bundles import Deployed
from engine.storage.database import UnitOfWork

LONGEST: Final = 2_000  #: characters of what somebody says about it


class NothingCatches(RuleBroken):
    """No event around the step takes what was reported, or only an answer leaves the step."""

    code = "GEN-REPORT"

    def __init__(self, element_id: str, kind: str, error_code: str) -> None:
        super().__init__(f"nothing around {element_id} catches the {kind} {error_code!r}")
        self.element_id = element_id
        self.error_code = error_code


@retried
def report(
    uow: UnitOfWork,
    task_id: UUID,
    kind: bpmn.Kind,
    code: str,
    message: str = "",
    *,
    actor: Actor,
    at: datetime,
) -> tuple[UUID, ...]:
    """Report an error or an escalation of a task one has; return the tasks that opens.

    The case knows its code and ``message`` from then on: ``error_code`` and ``error_message``,
    ``escalation_code`` and ``escalation_message``.

    Raises:
        TaskNotFound, NotAtThisDesk, NotTaskHolder, TaskAlreadyClosed, TaskDelegated,
        DutiesNotSeparate: the task is not the actor's to answer.
        NothingCatches: nothing around the step takes this code, or only an answer leaves it.
        RulesBroken: the message is too long.
    """
    said = may_say(message, LONGEST, "message")
    with uow:
        instance, task = uow.cases.of_task(task_id)
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        stands = must_work_at(following, task, actor)
        task.must_be_answered_by(actor.username)
        excepted = keep_duties_apart(following, task, actor, stands)
        if _only_answered(following.bundle, instance.process_id, task.element_id):
            raise NothingCatches(task.element_id, kind, code)
        try:
            step = bpmn.report(
                model_of(following.bundle),
                instance.process_id,
                stored(instance),
                task.token,
                kind,
                code,
                at=at,
                values={f"{kind}_code": code, f"{kind}_message": said},
            )
        except bpmn.ErrorNotCaught as missed:
            raise NothingCatches(task.element_id, kind, code) from missed
        following.tell(
            EventKind.TASK_REPORTED,
            task=task,
            actor=actor.username,
            facts={"what": kind, "code": code, "reason": said, **told_for(stands, excepted)},
        )
        following.follow(step)
        following.commit()
        return opened_ids(following)


def reportable(uow: UnitOfWork, task_id: UUID) -> tuple[bpmn.Reportable, ...]:
    """Return what may be reported of an open task.

    Raises:
        TaskNotFound: there is no such task.
    """
    with uow:
        instance, task = uow.cases.of_task(task_id)
        definition = uow.deployed(instance.definition_id)
        if _only_answered(definition.bundle, instance.process_id, task.element_id):
            return ()
        return bpmn.reportable(
            model_of(definition.bundle), instance.process_id, stored(instance), task.token
        )


def _only_answered(bundle: Bundle, process_id: str, element_id: str) -> bool:
    step = bundle.process(process_id).step(element_id)
    is_kept = (process_id, element_id) in REGISTRY.answers
    return is_kept or step.confirm or step.sign is not None


def is_ever_reported(definition: Deployed) -> bool:
    """Tell whether an event of a definition's files catches what may be reported."""
    return bpmn.catches(model_of(definition.bundle))
