"""Every expected error by kind; none knows HTTP, templates or a language.

A class carries its facts as attributes and a stable code; the text people read is
looked up by that code where pages are made. Codes of the domain (``STM-012``) come
from its rule book; ``GEN-…`` are the engine's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Literal
from uuid import UUID


class EngineError(Exception):
    """The base of every error the engine expects and names."""

    code = "GEN-500"


class NotFound(EngineError):
    """What was asked for does not exist, or not for this actor."""

    code = "GEN-404"


class Forbidden(EngineError):
    """The actor may not do this."""

    code = "GEN-403"


class Conflict(EngineError):
    """Somebody or something else was first; nothing was changed."""

    code = "GEN-409"


class RuleBroken(EngineError):
    """A business rule said no. A boundary error event may catch it by ``code``."""

    code = "GEN-422"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an answer or a file, beside the field that caused it.

    ``field`` is a path such as ``lines/010604/claimed`` or ``sheet/3/B``; ``None``
    concerns the whole. A warning is shown but stops nothing.
    """

    code: str
    field: str | None = None
    params: Mapping[str, str] = attribute(default_factory=dict)
    severity: Literal["error", "warning"] = "error"


class RulesBroken(RuleBroken):
    """All that is wrong with one answer, in document order (`domain.md` §0.6)."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{each.code} {each.field or ''}".strip() for each in problems))
        self.problems = tuple(problems)
        if self.problems:
            self.code = self.problems[0].code


class TaskNotFound(NotFound):
    """No such human task, or the actor may not see it."""

    def __init__(self, task_id: UUID) -> None:
        super().__init__(f"no task {task_id}")
        self.task_id = task_id


class CaseNotFound(NotFound):
    """No such case, or the actor may not see it."""

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"no case {instance_id}")
        self.instance_id = instance_id


class DefinitionNotFound(NotFound):
    """No deployed definition has this process id."""

    def __init__(self, process_id: str) -> None:
        super().__init__(f"no definition of {process_id}")
        self.process_id = process_id


class UnitUnknown(NotFound):
    """A case would belong to a unit that is none."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"no unit {unit!r}")
        self.unit = unit


class NotTaskHolder(Forbidden):
    """The task is not claimed by the actor."""

    def __init__(self, task_id: UUID, actor: str) -> None:
        super().__init__(f"task {task_id} is not claimed by {actor}")
        self.task_id = task_id
        self.actor = actor


class TaskDelegated(Forbidden):
    """The actor works on the task for its owner: it is handed back, not answered or passed on."""

    code = "GEN-DELEGATED"

    def __init__(self, task_id: UUID, owner: str) -> None:
        super().__init__(f"task {task_id} is worked on for {owner}")
        self.task_id = task_id
        self.owner = owner


class NotDelegated(Conflict):
    """Nobody works on the task for somebody else."""

    def __init__(self, task_id: UUID) -> None:
        super().__init__(f"task {task_id} is not delegated")
        self.task_id = task_id


class NotYoursToAssign(Forbidden):
    """Who holds a task, who is above its desk, and administrators say who does it."""

    code = "GEN-ASSIGN"

    def __init__(self, task_id: UUID, actor: str) -> None:
        super().__init__(f"task {task_id} is not {actor}'s to give")
        self.task_id = task_id
        self.actor = actor


class NotTheirs(RuleBroken):
    """The person chosen may not have the task: of no such desk or unit, or unknown here."""

    code = "GEN-ASSIGNEE"

    def __init__(self, task_id: UUID, to: str) -> None:
        super().__init__(f"task {task_id} cannot be {to}'s")
        self.task_id = task_id
        self.to = to


class NotAtThisDesk(Forbidden):
    """The actor holds no role that may do this step (or start, or send this)."""

    def __init__(self, desk: str) -> None:
        super().__init__(f"not held: {desk}")
        self.desk = desk


class DutiesNotSeparate(Forbidden):
    """One person may not do both steps of one case (`domain.md` §12)."""

    def __init__(
        self,
        code: str,
        element_id: str,
        done_element_id: str,
        by: str,
        *,
        task_id: UUID | None = None,
        instance_id: UUID | None = None,
    ) -> None:
        super().__init__(f"{code}: {by} did {done_element_id}, may not do {element_id}")
        self.task_id = task_id
        self.instance_id = instance_id
        self.code = code
        self.element_id = element_id
        self.done_element_id = done_element_id
        self.by = by


class ConfirmationMissing(Forbidden):
    """This step is an approval; the actor has to confirm it with the password."""

    code = "GEN-401"


class TaskAlreadyClosed(Conflict):
    """Somebody, or the process itself, closed the task first."""

    def __init__(self, task_id: UUID, state: str, closed_by: str | None = None) -> None:
        super().__init__(f"task {task_id} is {state}")
        self.task_id = task_id
        self.state = state
        self.closed_by = closed_by


class TaskAlreadyClaimed(Conflict):
    """Somebody else holds the task."""

    def __init__(self, task_id: UUID, holder: str) -> None:
        super().__init__(f"task {task_id} is held by {holder}")
        self.task_id = task_id
        self.holder = holder


class StaleVersion(Conflict):
    """The case moved on between reading and writing it."""

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} changed meanwhile")
        self.instance_id = instance_id


class Contended(Conflict):
    """The database could not take this change together with another one."""


class CaseFinished(Conflict):
    """The case has ended; nothing more can happen in it."""

    code = "GEN-ENDED"

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} has ended")
        self.instance_id = instance_id


class CaseSuspended(Conflict):
    """An administrator holds the case; nothing happens in it until he lets it go on."""

    code = "GEN-HELD"

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} is suspended")
        self.instance_id = instance_id


class CaseNotSuspended(Conflict):
    """Nobody holds the case: there is nothing to let go on."""

    code = "GEN-NOT-HELD"

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} is not suspended")
        self.instance_id = instance_id


class RemindedLately(Conflict):
    """Somebody has asked after the task a short while ago."""

    code = "GEN-REMINDED"

    def __init__(self, task_id: UUID, asked_at: datetime) -> None:
        super().__init__(f"somebody asked after task {task_id} at {asked_at.isoformat()}")
        self.task_id = task_id
        self.asked_at = asked_at


class AlreadyThere(Conflict):
    """The case runs in the version it should be migrated to."""

    code = "GEN-THERE"

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} runs in this version already")
        self.instance_id = instance_id


class NothingToUndo(Conflict):
    """The case was never migrated, or its migration was undone."""

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} has no migration to undo")
        self.instance_id = instance_id


class TouchedSince(Conflict):
    """The case has gone on since it was migrated, so that an undo would lose what was done."""

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} has gone on since it was migrated")
        self.instance_id = instance_id


class NothingWaits(Conflict):
    """No step of the case waits for this message any more."""

    code = "GEN-LATE"

    def __init__(self, instance_id: UUID, message: str) -> None:
        super().__init__(f"case {instance_id} does not wait for {message}")
        self.instance_id = instance_id
        self.message = message


class MessageAmbiguous(Conflict):
    """More than one case, or more than one process, waits for the message."""

    code = "GEN-AMBIGUOUS"

    def __init__(self, message: str, correlation: str) -> None:
        super().__init__(f"more than one receiver waits for {message} with key {correlation!r}")
        self.message = message
        self.correlation = correlation


class CalleeUnfit(Conflict):
    """A called case cannot begin, or ended so that its caller does not know how to go on."""

    code = "GEN-CALLEE"

    def __init__(self, process_id: str, why: str) -> None:
        super().__init__(f"the call of {process_id}: {why}")
        self.process_id = process_id


class MessageIdTaken(Conflict):
    """Another message, with other content, has this id; a signal's id likewise."""

    code = "GEN-MESSAGE-ID"

    def __init__(self, message_id: str) -> None:
        super().__init__(f"another message has the id {message_id}")
        self.message_id = message_id


class MessageRefused(RuleBroken):
    """A message or signal has no readable name or id, or is to be kept for an absurd time."""

    code = "GEN-MESSAGE"

    def __init__(self, what: str, value: object) -> None:
        super().__init__(f"{str(value)[:100]!a} is no {what} of a message")
        self.what = what


class LeaseLost(Conflict):
    """The job was taken over by another worker; this run's result is dropped."""


class NotLocked(Conflict):
    """The worker does not hold this external task, or no more: another one may have it."""

    code = "GEN-LOCK"

    def __init__(self, task_id: UUID, worker: str) -> None:
        super().__init__(f"external task {task_id} is not locked for {worker!r}")
        self.task_id = task_id
        self.worker = worker


class OutcomeUnknown(EngineError):
    """Something outside may have happened or not, and only a person can find out."""

    code = "GEN-UNKNOWN"

    def __init__(self, key: str, connection: str) -> None:
        super().__init__(
            f"{connection} may have done {key} or not; find out, then: "
            f"divan effect confirm {key}, or divan effect repeat {key}"
        )
        self.key = key
        self.connection = connection


class DocumentNotFound(NotFound):
    """No such document, or version of it, or the actor may not see its case."""

    def __init__(self, document_id: UUID) -> None:
        super().__init__(f"no document {document_id}")
        self.document_id = document_id


class DocumentWithdrawn(Conflict):
    """The document was withdrawn; it counts no more and gets no newer version."""

    code = "GEN-WITHDRAWN"

    def __init__(self, document_id: UUID) -> None:
        super().__init__(f"document {document_id} was withdrawn")
        self.document_id = document_id


class NotInThisCase(Forbidden):
    """The actor sees the case but has no part in it, so that its file is not his to change."""

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"no part in case {instance_id}")
        self.instance_id = instance_id


class ContentMissing(EngineError):
    """The document store does not hold a content that a row names."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the document store holds no {sha256}")
        self.sha256 = sha256
