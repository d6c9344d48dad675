"""What is done to a published tender on its page: documents changed, questions answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import (
    Actor,
    Entered,
    NotFound,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    documents_of,
    kind_named,
    retried,
    send_to_case,
    tell_act,
    working_calendar,
)
from engine.values import TEHRAN, decimal_from, end_of_day, local_date, normalise
from processes.transactions.answers.tender_dates import deadline_told
from processes.transactions.commands.seats import AREA, must_buy
from processes.transactions.publication.tenders import publish_change
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.tenders import pack_of, sealing_of, tender_numbered
from processes.transactions.records import (
    DocumentKind,
    Tender,
    TenderAmendment,
    TenderDocument,
    TenderQuestion,
    TenderState,
)
from processes.transactions.rules.balanced_price import check_impact
from processes.transactions.rules.minimum_times import deadline_after_change
from processes.transactions.telling_bidders import tell_bidders

_HOUR: Final = "%H:%M"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an amendment asks for; ``None``: as it was."""

    rationale: str
    description: str | None
    place: str | None
    questions_on: date | None
    deadline: datetime | None
    impact: Decimal | None


@retried
def amend_tender(
    uow: UnitOfWork,
    number: str,
    typed: Mapping[str, str],
    added: Sequence[str],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Change the documents of a published tender and return their new version (R-TND-03).

    At least the pack's days are left: the deadline moves where fewer would be, and with it that of
    the sealed tender, the opening and the validity of bids. The case waits for the new deadline;
    the amendment is published with its reason.

    Args:
        typed: ``rationale``; ``description``, ``opening_place``, ``questions_until`` (Jalali),
            ``deadline_day`` (Jalali) with ``deadline_time`` (``14:00``), each blank where it stays.
        added: ids of documents of the case's file that become part of the documents.

    Raises:
        NotFound, NotAtThisDesk: there is no such tender, or the actor buys nothing for its unit.
        NotNow: it takes no bids.
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``, ``GEN-TIME``; ``TND-003`` a deadline before the
            one that stands; ``TND-021`` the impact would change; ``TND-073``, ``PRC-011``,
            ``TND-143`` questions end after the deadline, in the past, or before they were announced
            to; ``TND-076`` nothing changes; ``TND-079`` the deadline is past; ``GEN-FILE-GONE``.
    """
    read = Entered()
    wanted = _read(read, typed)
    with uow:
        found = tender_numbered(uow.session, number, to_change=True)
        must_buy(found.unit, actor)
        before = must_take_bids(found, at)
        sealing = rows.tender(uow.session, sealing_of(found).id, to_change=True)
        documents = _added(uow.session, found, added, read, actor.username, at)
        after = _deadline(uow.session, found, wanted, read, at)
        changes = _changes(found, wanted, after, documents)
        if not changes:
            read.problems.append(Problem("TND-076", "rationale"))
        if wanted.impact is not None:
            read.problems += check_impact(found.impact, wanted.impact)
        read.must_be_right()
        _apply(found, wanted, after)
        sealing.deadline = after
        made = TenderAmendment(
            tender_id=found.id, version=found.version, rationale=wanted.rationale, changes=changes,
            deadline_before=before, deadline_after=after, made_at=at, made_by=actor.username,
        )  # fmt: skip
        for each in documents:
            each.version = made.version
        uow.session.add_all([made, *documents])
        uow.session.flush()
        publish_change(uow.session, found, made, documents)
        tell_bidders(uow.session, found, "tender_amended", at)
        facts = {"tender": number, "version": made.version, "changes": changes}
        _told(uow.session, found, "tender_amended", facts, actor, at)
        told = {"version": made.version, **deadline_told(after)}
        key = f"amendment/{made.version}"
        send_to_case(uow.session, found.instance_id, "documents_changed", told, key=key, at=at)
        uow.commit()
        return made.version


def _read(read: Entered, typed: Mapping[str, str]) -> _Wanted:
    questions = typed.get("questions_until", "").strip()
    impact = typed.get("impact", "").strip()
    return _Wanted(
        read.text("rationale", typed.get("rationale", "")),
        read.long_text("description", typed.get("description", "")),
        normalise(typed.get("opening_place", "")) or None,
        read.day("questions_until", questions) if questions else None,
        _moment(read, typed),
        read.value("impact", decimal_from, impact, Decimal(0)) if impact else None,
    )


def _moment(read: Entered, typed: Mapping[str, str]) -> datetime | None:
    day, hour = typed.get("deadline_day", "").strip(), normalise(typed.get("deadline_time", ""))
    if not day and not hour:
        return None
    on = read.day("deadline_day", day)
    try:
        at = datetime.strptime(hour, _HOUR).time()  # noqa: DTZ007 - an hour of Tehran's clock
    except ValueError:
        read.problems.append(Problem("GEN-TIME", "deadline_time"))
        at = time()
    return None if read.problems else datetime.combine(on, at, TEHRAN)


def must_take_bids(found: Tender, at: datetime) -> datetime:
    """Return the deadline of a tender that takes bids.

    Raises:
        NotNow: it is not published, or over.
        RulesBroken: ``TND-079`` its deadline is past.
    """
    found.must_be(TenderState.PUBLISHED)
    assert found.deadline is not None
    if at > found.deadline:
        raise RulesBroken([Problem("TND-079")])
    return found.deadline


def _added(
    session: Session, found: Tender, ids: Sequence[str], read: Entered, by: str, at: datetime
) -> list[TenderDocument]:
    filed = {str(key): each for key, each in documents_of(session, found.instance_id).items()}
    if not set(ids) <= filed.keys():
        read.problems.append(Problem("GEN-FILE-GONE", "documents"))
    known = {each.sha256 for each in found.documents}
    fresh = [filed[each] for each in ids if each in filed and filed[each].sha256 not in known]
    return [
        TenderDocument(
            tender_id=found.id, position=position, kind=DocumentKind.AMENDMENT, name=each.name,
            media_type=kind_named(each.kind).media_type, size=each.size, sha256=each.sha256,
            added_at=at, added_by=by,
        )
        for position, each in enumerate(fresh, len(found.documents) + 1)
    ]  # fmt: skip


def _deadline(
    session: Session, found: Tender, wanted: _Wanted, read: Entered, at: datetime
) -> datetime:
    """Return the deadline after the change: the one asked for, moved where too little is left."""
    assert found.deadline is not None
    if wanted.deadline is not None and wanted.deadline < found.deadline:
        earliest = {"earliest": local_date(found.deadline).isoformat()}
        read.problems.append(Problem("TND-003", "deadline_day", earliest))
    asked = max(wanted.deadline or found.deadline, found.deadline)
    today = local_date(at)
    least = pack_of(found, today).whole("tender.change.days", today)
    calendar = working_calendar(session, found.unit)
    on = deadline_after_change(today, local_date(asked), least, calendar).result
    after = asked + (on - local_date(asked))
    if wanted.questions_on is not None:
        read.problems += _questions(found, wanted.questions_on, after, today)
    return after


def _questions(found: Tender, until: date, deadline: datetime, today: date) -> list[Problem]:
    """Return what is wrong with a new end of the questions: it is between today and the deadline.

    What was announced is never shortened: somebody counts on it.
    """
    if until < today:
        return [Problem("PRC-011", "questions_until")]
    if end_of_day(until) > deadline:
        return [Problem("TND-073", "questions_until")]
    if found.questions_until is not None and end_of_day(until) < found.questions_until:
        told = {"until": local_date(found.questions_until).isoformat()}
        return [Problem("TND-143", "questions_until", told)]
    return []


def _changes(
    found: Tender, wanted: _Wanted, after: datetime, documents: Sequence[TenderDocument]
) -> dict[str, list[Any]]:
    """Return what changes by its field, before and after; that the deadline has to move is none."""
    told: dict[str, list[Any]] = {}
    if wanted.description not in {None, found.description}:
        told["description"] = [found.description, wanted.description]
    if wanted.place not in {None, found.opening_place}:
        told["opening_place"] = [found.opening_place, wanted.place]
    if wanted.questions_on is not None:
        told["questions_until"] = _moments(found.questions_until, end_of_day(wanted.questions_on))
    if documents:
        told["documents"] = [None, [each.name for each in documents]]
    is_asked = wanted.deadline not in {None, found.deadline}
    if (told or is_asked) and after != found.deadline:
        told["deadline"] = _moments(found.deadline, after)
    return told


def _moments(before: datetime | None, after: datetime) -> list[Any]:
    return [None if before is None else before.isoformat(), after.isoformat()]


def _apply(found: Tender, wanted: _Wanted, after: datetime) -> None:
    assert found.deadline is not None
    assert found.opening_at is not None
    assert found.validity_days is not None
    found.version += 1
    found.description = wanted.description or found.description
    found.opening_place = wanted.place or found.opening_place
    if wanted.questions_on is not None:
        found.questions_until = end_of_day(wanted.questions_on)
    found.opening_at += after - found.deadline
    found.deadline = after
    found.valid_until = local_date(after) + timedelta(days=found.validity_days)


@retried
def answer_question(
    uow: UnitOfWork,
    number: str,
    question: int,
    typed: Mapping[str, str],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Answer a bidder's question, once; everybody reads the answer, and nobody who asked (§3.5).

    Raises:
        NotFound, NotAtThisDesk: there is no such question, or the actor buys nothing there.
        NotNow: the tender takes no bids any more.
        RulesBroken: ``GEN-REQUIRED``, ``GEN-LENGTH``; ``TND-079`` the deadline is past;
            ``TND-080`` it is answered.
    """
    read = Entered()
    answer = read.long_text("answer", typed.get("answer", ""))
    if answer is None:
        read.problems.append(Problem("GEN-REQUIRED", "answer"))
    with uow:
        found = tender_numbered(uow.session, number, to_change=True)
        must_buy(found.unit, actor)
        must_take_bids(found, at)
        query = select(TenderQuestion).where(
            TenderQuestion.tender_id == found.id, TenderQuestion.number == question
        )
        asked = uow.session.scalars(query).one_or_none()
        if asked is None:
            raise NotFound(f"{number} has no question {question}")
        if asked.answer is not None:
            read.problems.append(Problem("TND-080", "answer"))
        read.must_be_right()
        asked.answer, asked.answered_at, asked.answered_by = answer, at, actor.username
        facts = {"tender": number, "question": question}
        _told(uow.session, found, "question_answered", facts, actor, at)
        tell_bidders(uow.session, found, "question_answered", at)
        uow.commit()


def _told(
    session: Session, found: Tender, act: str, facts: Mapping[str, Any], actor: Actor, at: datetime
) -> None:
    tell_act(session, AREA, act, facts, actor=actor, at=at, case_id=found.instance_id)
