"""Where a message that follows a message flow goes: to a new case, to the partner, or to anybody.

Cases that have spoken once are partners. What one of them sends along a flow into the
other's pool is then for that very case, without a key (ADR 14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.errors import MessageAmbiguous
from engine.model.job import Job
from engine.model.message import Message
from engine.model.subscription import Subscription
from engine.storage import partners, subscriptions
from engine.storage.database import Session
from engine.storage.partners import Partner


@dataclass(frozen=True, slots=True)
class Way:
    """Where a message may go."""

    process_id: str | None = None  #: only to a case of this process; ``None``: to any
    start: Subscription | None = None  #: the start event that the flow leads to
    partner: Partner | None = None  #: the case it is for
    may_start: bool = True  #: a case, where none waits


ANYWHERE: Final = Way()


def way_of(session: Session, job: Job, message: Message) -> Way:
    """Return where the flow leads that a case sent ``message`` along.

    Raises:
        MessageAmbiguous: the sender has several partners there, and not exactly one waits.
    """
    process_id, element_id = job.facts["to"]
    starts = [
        each
        for each in subscriptions.starts_by_message(session, message.name)
        if (each.process_id, each.element_id) == (process_id, element_id)
    ]
    if starts:
        return Way(process_id, start=starts[0])
    may_start = element_id is None
    if message.correlation:
        return Way(process_id, may_start=may_start)
    known = partners.running(session, job.case_id, process_id)
    return Way(process_id, partner=_meant(session, known, message), may_start=may_start)


def _meant(session: Session, known: Sequence[Partner], message: Message) -> Partner | None:
    """Return the partner a message is for: the sending item's, else the only one that waits."""
    own = [each for each in known if each.our_item == message.sender_item]
    known = own if message.sender_item is not None and own else known
    if len(known) <= 1:
        return known[0] if known else None
    waiting = [
        each
        for each in known
        if subscriptions.of_case(session, each.instance_id, message.name, each.item)
    ]
    if len(waiting) != 1:
        raise MessageAmbiguous(message.name, message.correlation)
    return waiting[0]
