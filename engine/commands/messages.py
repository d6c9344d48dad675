"""Messages: a program, or another case, tells a case something. One transaction each.

A message has an id, unique for ever: sent again it changes nothing. It goes to the one
case that waits for its name and correlation key, or starts a case of the one process
that begins with it, or is kept until its time to live ends (ADR 9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.commands import starts
from engine.commands.conversations import ANYWHERE, Way, way_of
from engine.commands.follow import Following
from engine.commands.listening import job_of
from engine.commands.retried import retried
from engine.errors import MessageAmbiguous, MessageIdTaken, MessageRefused, StaleVersion
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.job import Job, JobKind, JobState
from engine.model.message import LONGEST_LIFE, Message, MessageState, must_be_label
from engine.model.partner import addressed_to, addressee_of
from engine.model.subscription import Subscription, correlation_text
from engine.storage import jobs, partners, subscriptions
from engine.storage import messages as rows
from engine.storage.database import UnitOfWork
from engine.storage.partners import Side

LIVES: Final = timedelta(days=7)  #: how long a message waits when its sender does not say
LARGEST: Final = 1_000_000  #: bytes a message may bring


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a message so far."""

    message_id: str
    state: MessageState
    instance_id: UUID | None  #: the case that took it, or was started by it


@retried
def publish(
    uow: UnitOfWork,
    name: str,
    correlation: object,
    values: Mapping[str, Any],
    *,
    message_id: str | None = None,
    time_to_live: timedelta = LIVES,
    at: datetime,
    by: str | None = None,
) -> Published:
    """Publish a message; a case that waits for it goes on in the same transaction.

    Args:
        correlation: the key the receiver's own key must equal; ``None`` for a message
            whose receiver names no key.
        message_id: what tells this message from every other, for ever. The same again
            returns what became of the first. Without one each call is a new message.
        by: the user name of who sends it, for the case's history.

    Raises:
        MessageAmbiguous: more than one case, or process, waits for it.
        MessageIdTaken: another message has this id.
        MessageRefused: its name, id or time to live cannot be.
        bpmn.TooHeavy, bpmn.NotJson: it brings too much, or what is not plain data.
        bpmn.StepFailed: the receiving case cannot go on with it; nothing has changed.
    """
    incoming = _message(
        message_id or str(new_id()),
        name,
        _key(correlation),
        values,
        at,
        time_to_live,
    )
    with uow:
        known = _hold(uow, incoming)
        if known is None:
            receiver = _receiver(uow, incoming, at)
            if receiver is not None and receiver.instance_id is not None:
                _hand_over(uow, receiver, incoming, at, by)
            elif receiver is not None:
                _start(uow, receiver, incoming, at, by)
            uow.session.add(incoming)  # the case that took it stands before it
            uow.commit()
        return _published(known or incoming)


@retried
def send_thrown(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Publish what a case threw; the job's key is the message's id.

    A waiting case gets it in a job of its own, so that what goes wrong there is an
    incident of that case and not of the one that spoke.

    Raises:
        LeaseLost: another worker has the job.
        MessageAmbiguous: more than one case, or process, waits for it.
    """
    facts = job.facts
    lives = LIVES
    if "until" in facts:
        lives = max(datetime.fromisoformat(facts["until"]) - at, timedelta())
    incoming = _message(
        job.idem_key, facts["name"], facts["correlation"], facts["values"], at, lives
    )
    incoming.sender_id, incoming.sender_item = job.instance_id, facts.get("item")
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        way = way_of(uow.session, job, incoming) if "to" in facts else ANYWHERE
        if way.partner is not None:
            incoming.correlation = addressed_to(way.partner.instance_id)
            incoming.for_item = way.partner.item
        if _hold(uow, incoming) is None:
            receiver = way.start or _receiver(uow, incoming, at, way)
            if receiver is not None and receiver.instance_id is not None:
                key = f"message/{incoming.id}"
                uow.plan([job_of(receiver, JobKind.MESSAGE, key, at)])
            elif receiver is not None:
                _start(uow, receiver, incoming, at, None)
            uow.session.add(incoming)
        uow.commit()


@retried
def deliver(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Give the case that listens the message that has waited longest for it.

    When it listens no more, or the message has expired or was taken, nothing happens.

    Raises:
        LeaseLost: another worker has the job.
        bpmn.StepFailed: the case cannot go on with it.
    """
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        receiver = subscriptions.of_token(uow.session, job.case_id, job.token)
        if receiver is not None:
            rows.hold(uow.session, [(receiver.name, key) for key in receiver.keys])
            waiting = rows.oldest_buffered(
                uow.session, receiver.name, receiver.keys, at, receiver.item
            )
            if waiting is not None:
                _hand_over(uow, receiver, waiting, at, None)
        uow.commit()


def _message(
    message_id: str,
    name: str,
    correlation: str,
    values: Mapping[str, Any],
    at: datetime,
    time_to_live: timedelta,
) -> Message:
    must_be_label("id", message_id)
    must_be_label("name", name)
    if not timedelta() <= time_to_live <= LONGEST_LIFE:
        raise MessageRefused("time to live", time_to_live)
    alive = time_to_live > timedelta()
    return Message(
        id=message_id,
        name=name,
        correlation=correlation,
        values=bpmn.plain(values, heaviest=LARGEST),
        received_at=at,
        expires_at=at + time_to_live,
        state=(MessageState.BUFFERED if alive else MessageState.EXPIRED).value,
        instance_id=None,
        sender_id=None,
        sender_item=None,
        for_item=None,
    )


def _key(correlation: object) -> str:
    if correlation is None:
        return ""
    return correlation_text(bpmn.plain({"key": correlation}, path="correlation")["key"])


def _hold(uow: UnitOfWork, incoming: Message) -> Message | None:
    """Keep others from the same name and key; return the message that came with this id."""
    rows.hold(uow.session, [(incoming.name, incoming.correlation)])
    known = uow.session.get(Message, incoming.id)
    if known is not None and not known.is_same_as(incoming):
        raise MessageIdTaken(incoming.id)
    return known


def _receiver(
    uow: UnitOfWork, message: Message, at: datetime, way: Way = ANYWHERE
) -> Subscription | None:
    """Return who takes a message now: a waiting case before a process that begins with it."""
    session, contested = uow.session, False
    case = addressee_of(message.correlation)
    waiting = subscriptions.of_case(session, case, message.name, message.for_item) if case else None
    if waiting is None:
        waiting, contested = subscriptions.waiting_case(
            session, message.name, message.correlation, way.process_id
        )
    may_start = waiting is None and case is None and way.may_start
    starts_with_it = subscriptions.starts_by_message(session, message.name) if may_start else []
    if contested or len({each.definition_id for each in starts_with_it}) > 1:
        raise MessageAmbiguous(message.name, message.correlation)
    if waiting is not None:
        return None if _is_overtaking(uow, message, waiting, at) else waiting
    return next(iter(starts_with_it), None)


def _is_overtaking(uow: UnitOfWork, message: Message, receiver: Subscription, at: datetime) -> bool:
    """Tell whether an earlier message is on its way to the same receiver."""
    earlier = rows.oldest_buffered(
        uow.session, message.name, [message.correlation], at, receiver.item
    )
    return earlier is not None


def _hand_over(
    uow: UnitOfWork, receiver: Subscription, message: Message, at: datetime, by: str | None
) -> None:
    assert receiver.instance_id is not None
    assert receiver.token is not None
    instance = uow.cases.one(receiver.instance_id)
    following = Following(uow, instance, uow.deployed(instance.definition_id), at)
    try:
        step = following.hear(receiver.token, message.values)
    except bpmn.TokenNotWaiting:  # it went on between the two readings
        raise StaleVersion(instance.id) from None
    following.tell(
        EventKind.MESSAGE,
        element_id=receiver.element_id,
        name=message.name,
        actor=by,
        facts=message.values,
    )
    following.follow(step)
    following.save()
    message.deliver(instance.id)
    _meet(uow, message, receiver.item, at)


def _start(
    uow: UnitOfWork, receiver: Subscription, message: Message, at: datetime, by: str | None
) -> None:
    assert receiver.definition_id is not None
    definition = uow.deployed(receiver.definition_id)
    cause = starts.Cause(receiver.element_id, message.name, by, message.correlation or None)
    message.deliver(starts.begin(uow, definition, message.values, cause, at))
    _meet(uow, message, None, at)


def _meet(uow: UnitOfWork, message: Message, item: str | None, at: datetime) -> None:
    """Let the case that threw a message and the one that took it know each other from now on."""
    sender, taker = message.sender_id, message.instance_id
    if sender is not None and taker is not None and sender != taker:
        one, other = Side(sender, message.sender_item), Side(taker, item)
        partners.meet(uow.session, one, other, message.name, at)


def _published(message: Message) -> Published:
    return Published(message.id, MessageState(message.state), message.instance_id)
