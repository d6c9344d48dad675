"""What a case listens for, kept in rows as its steps open and end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.model.base import new_id
from engine.model.job import Job, JobKind
from engine.model.subscription import Listens, Subscription, correlation_of
from engine.storage import messages
from engine.storage.database import Session


@dataclass(slots=True)
class Listening:
    """The subscriptions one command opens and ends in one case."""

    instance_id: UUID
    at: datetime
    opened: list[Subscription] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def open(self, wait: bpmn.MessageWait | bpmn.SignalWait | bpmn.ConditionWait) -> None:
        """Begin to listen for what ``wait`` names."""
        match wait:
            case bpmn.MessageWait():
                self._open(wait, Listens.MESSAGE, wait.name, wait.correlation, wait.item)
            case bpmn.SignalWait():
                self._open(wait, Listens.SIGNAL, wait.name)
            case bpmn.ConditionWait():
                self._open(wait, Listens.CONDITION, wait.element_id)

    def _open(
        self,
        wait: bpmn.MessageWait | bpmn.SignalWait | bpmn.ConditionWait,
        kind: Listens,
        name: str,
        keys: Mapping[str, Any] | None = None,
        item: str | None = None,
    ) -> None:
        self.opened.append(
            Subscription(
                id=new_id(),
                instance_id=self.instance_id,
                definition_id=None,
                kind=kind,
                name=name,
                correlation=correlation_of(keys or {}),
                token=wait.token,
                process_id=wait.process_id,
                element_id=wait.element_id,
                created_at=self.at,
                item=item,
            )
        )

    def messages_waiting(self, session: Session) -> list[Job]:
        """Return the deliveries of messages that came before the case listened for them.

        From here to the commit nobody publishes one of them: asked before the case itself
        is written, so that a publisher, who holds the message and then writes the case,
        is never waited for in a circle.
        """
        wanted = [each for each in self.opened if each.kind is Listens.MESSAGE]
        if not wanted:
            return []
        keys = {(each.name, key) for each in wanted for key in each.keys}
        messages.hold(session, keys)
        found = messages.buffered(session, keys, self.at)
        return [
            job_of(each, JobKind.MESSAGE, f"message/{each.id}", self.at)
            for each in wanted
            if any((each.name, key) in found for key in each.keys)
        ]


def job_of(
    subscription: Subscription,
    kind: JobKind,
    key: str,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> Job:
    """Return a job for the case and the token that listen.

    Args:
        key: tells it from another job for the same subscription.
    """
    return Job(
        id=new_id(),
        instance_id=subscription.instance_id,
        kind=kind,
        idem_key=f"{subscription.instance_id}/{subscription.token}/{key}",
        token=subscription.token or "",
        element_id=subscription.element_id,
        topic=subscription.name,
        run_at=at,
        created_at=at,
        facts=facts or {},
    )


def job_of_thrown(instance_id: UUID, thrown: bpmn.Thrown, at: datetime) -> Job:
    """Return the job that carries what a case threw to those outside it."""
    job_id = new_id()
    facts: dict[str, Any] = {"name": thrown.name, "values": thrown.values}
    if thrown.kind == "message":
        facts["correlation"] = correlation_of(thrown.correlation)
        facts |= {"to": list(thrown.to), "item": thrown.item} if thrown.to else {}
        facts |= {"until": thrown.until.isoformat()} if thrown.until else {}
    return Job(
        id=job_id,
        instance_id=instance_id,
        kind=JobKind.SEND if thrown.kind == "message" else JobKind.BROADCAST,
        idem_key=f"{instance_id}/{thrown.element_id}/{job_id}",
        token="",
        element_id=thrown.element_id,
        topic=thrown.name,
        run_at=at,
        created_at=at,
        facts=facts,
    )
