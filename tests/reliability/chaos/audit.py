"""What must be true of a city in the end, whatever happened to it.

The people's ledger against the database, the database against the bank's book, and the
rules every database has to keep.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.effect import Effect, EffectState
from engine.model.event import event_table as event
from engine.model.incident import Incident
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.job import JobState
from engine.model.job import job_table as job
from engine.model.message import Message, MessageState
from engine.queries.invariants import broken
from engine.storage.stranded import stranded
from tests.kit.bank_apart import Book
from tests.reliability.chaos.people import Ledger

SHOWN = 4
#: what the history of each ended case tells, and how often
EACH_CASE = {
    ("service_done", "prepare"): 1,
    ("task_completed", "approve"): 1,
    ("timer_fired", "pause"): 1,
    ("message", "confirmed"): 1,
    ("service_done", "pay_first"): 1,
    ("service_done", "pay_second"): 1,
    ("service_done", "enter"): 1,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to."""

    cases: int
    ended: int
    payments: int
    expected: int  #: payments of the cases there are
    doubled: int
    calls: int  #: at the bank, repeated ones included
    incidents: int
    most_attempts: int


def figures(session: Session, book: Book) -> Figures:
    """Count."""
    states = Counter(session.scalars(select(instance.c.state)))
    paid = Counter(amount for _, amount in book.payments)
    return Figures(
        cases=states.total(),
        ended=states[InstanceState.FINISHED.value],
        payments=len(book.payments),
        expected=2 * states.total(),
        doubled=paid.total() - len(paid),
        calls=len(book.calls),
        incidents=session.scalar(select(func.count()).select_from(Incident)) or 0,
        most_attempts=session.scalar(select(func.max(job.c.attempts))) or 0,
    )


def problems(session: Session, ledger: Ledger, book: Book) -> list[str]:
    """Return everything that is not as it must be."""
    found = [
        *_started(session, ledger),
        *_told(session, ledger),
        *_history(session),
        *_paid(session, book),
        *_left_behind(session),
    ]
    return found + [str(each) for each in broken(session)]


def _started(session: Session, ledger: Ledger) -> Iterator[str]:
    there = Counter(session.scalars(select(instance.c.business_key)))
    confirmed, asked = ledger.confirmed.get("start", Counter()), ledger.asked["start"]
    yield from _said("cases confirmed and lost", confirmed.keys() - there.keys())
    yield from _said("cases nobody asked for", there.keys() - asked.keys())
    yield from _said("cases there twice", [key for key, count in there.items() if count > 1])


def _told(session: Session, ledger: Ledger) -> Iterator[str]:
    ids = session.execute(select(Message.id, Message.state)).all()
    states = {told.removeprefix("confirmed-"): state for told, state in ids}
    cases = set(session.scalars(select(instance.c.business_key)))
    sent = ledger.confirmed.get("message", Counter())
    yield from _said("messages confirmed and lost", sent.keys() - states.keys())
    delivered = {key for key, state in states.items() if state == MessageState.DELIVERED.value}
    yield from _said("messages without their case's", delivered ^ (cases & states.keys()))


def _history(session: Session) -> Iterator[str]:
    answered = ("task_completed", "service_done", "timer_fired", "message")
    rows = session.execute(
        select(event.c.instance_id, event.c.kind, event.c.element_id, func.count())
        .where(event.c.kind.in_(answered))
        .group_by(event.c.instance_id, event.c.kind, event.c.element_id)
    )
    told: dict[str, dict[tuple[str, str | None], int]] = {}
    for case, kind, element, count in rows:
        told.setdefault(str(case), {})[kind, element] = count
    cases = [str(each) for each in session.scalars(select(instance.c.id))]
    wrong = [each for each in cases if told.get(each) != EACH_CASE]
    yield from _said("cases whose steps were not each done once", wrong)


def _paid(session: Session, book: Book) -> Iterator[str]:
    keys = [int(each) for each in session.scalars(select(instance.c.business_key))]
    expected = Counter(amount for each in keys for amount in (2 * each, 2 * each + 1))
    paid = Counter(amount for _, amount in book.payments)
    yield from _said("payments made twice", [each for each, count in paid.items() if count > 1])
    yield from _said("payments not made", expected.keys() - paid.keys())
    yield from _said("payments nobody ordered", paid.keys() - expected.keys())
    open_ones = select(Effect.idem_key).where(Effect.state != EffectState.CONFIRMED.value)
    yield from _said("effects of unknown end", session.scalars(open_ones).all())


def _left_behind(session: Session) -> Iterator[str]:
    running = select(instance.c.id).where(instance.c.state == InstanceState.RUNNING.value)
    yield from _said("cases that have not ended", session.scalars(running).all())
    yield from _said("cases that nothing moves", stranded(session, None, 1_000_000)[0])
    unfinished = select(job.c.id).where(
        job.c.state.in_([JobState.READY.value, JobState.LEASED.value])
    )
    yield from _said("jobs to do when all is done", session.scalars(unfinished).all())
    incidents = session.scalars(select(Incident.cause)).all()
    yield from _said("incidents", sorted(set(incidents)), len(incidents))


def _said(what: str, found: object, count: int | None = None) -> Iterator[str]:
    listed = sorted(map(str, found))  # type: ignore[call-overload]
    if listed:
        yield f"{what}: {count or len(listed)} ({'; '.join(listed[:SHOWN])})"
