"""Quality is scored: evaluators are named, mark every bid, look again, and the head closes.

Nobody reads another's marks before he has finished his own, and no price is open before the
scores stand (`domain.md` §3.5, R-TND-08).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete

from engine.sdk import (
    Actor,
    Entered,
    NotAtThisDesk,
    NotFound,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    at_work_in,
    retried,
)
from engine.values import InvalidValue, decimal_from
from processes.transactions.commands.evaluating import SECRETARY, must_hold, tell, tender_in
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries.people import persons
from processes.transactions.records import (
    EnvelopeState,
    Evaluation,
    Evaluator,
    NotNow,
    QualityMark,
    QualityScore,
    SealedBid,
    SealingState,
    Tender,
)
from processes.transactions.rules.balanced_price import FULL_SCORE
from processes.transactions.sealing.envelope import Kind

LONGEST: Final = 1_000  #: characters of a reason
BELOW_MINIMUM: Final = "TND-121"  #: the reason a bidder is told


@retried
def name_evaluators(
    uow: UnitOfWork,
    number: str,
    usernames: Sequence[str],
    head: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Say who scores the bids of a tender, and who of them heads.

    Raises:
        NotAtThisDesk: the actor is not the secretary.
        NotNow, WrongState: no session is on, or the scores stand.
        RulesBroken: ``GEN-REQUIRED`` nobody, ``GEN-CHOICE`` the head is none of them, or somebody
            is not of the technical committee, ``TND-122`` one votes in the commission, ``TND-123``
            one who has begun to mark, or has declared an interest, would be left out.
    """
    with uow:
        tender, found = _scored(uow.session, number)
        must_hold(tender, actor, *SECRETARY)
        _must_be_open(tender, found)
        wanted = list(dict.fromkeys(usernames))
        known = {each.username: each for each in rows.evaluators(uow.session, tender)}
        _check_named(uow.session, tender, wanted, head, known, at)
        for username, each in known.items():
            if username not in wanted:
                uow.session.delete(each)
        for username in wanted:
            if username not in known:
                place = max((each.position for each in known.values()), default=0) + 1
                known[username] = Evaluator(tender_id=tender.id, position=place, username=username)
                uow.session.add(known[username])
            known[username].is_head = username == head
        facts = {"evaluators": wanted, "head": head}
        tell(uow.session, tender, "evaluators_named", facts, actor=actor, at=at)
        uow.commit()


def _check_named(
    session: Session,
    tender: Tender,
    wanted: Sequence[str],
    head: str,
    known: Mapping[str, Evaluator],
    at: datetime,
) -> None:
    problems = [] if wanted else [Problem("GEN-REQUIRED", "evaluators")]
    committee = {each.username for each in committee_of(session, tender.unit, at)}
    problems += [Problem("GEN-CHOICE", "evaluators") for each in wanted if each not in committee]
    members = [each.username for each in rows.sealing_of(tender).members]
    who = persons(session, [*wanted, *members])  # two accounts of one person are one (§12)
    voting = {who[each] for each in members}
    problems += [Problem("TND-122", "evaluators") for each in wanted if who[each] in voting]
    if len({who[each] for each in wanted}) < len(wanted):
        problems.append(Problem("GEN-CHOICE", "evaluators"))
    marked = {each.evaluator for each in rows.marks(session, rows.technical_bids(session, tender))}
    begun = {each.username for each in known.values() if each.conflict or each.position in marked}
    problems += [Problem("TND-123", "evaluators") for each in begun - set(wanted)]
    is_out = head in known and known[head].conflict is not None
    if wanted and (head not in wanted or is_out):
        problems.append(Problem("GEN-CHOICE", "head"))
    if problems:
        raise RulesBroken(problems)


def committee_of(session: Session, unit: str, at: datetime) -> list[Actor]:
    """Return who sits in the technical committee of a unit today."""
    known = at_work_in(session, unit, at, role=rows.EVALUATOR)
    return [each for each in known if unit in each.units_of(rows.EVALUATOR)]


@retried
def declare_interest(
    uow: UnitOfWork, number: str, conflict: str, *, actor: Actor, at: datetime
) -> None:
    """Take no part in the evaluation: what the evaluator marked is forgotten.

    Raises:
        NotAtThisDesk: the actor is no evaluator of it.
        NotNow, WrongState: no session is on, or the scores stand.
        RulesBroken: ``GEN-REQUIRED`` the interest is not named; ``TND-059`` it was before.
    """
    read = Entered()
    said = read.text("conflict", conflict)
    read.must_be_right()
    with uow:
        tender, found, mine = _mine(uow.session, number, actor)
        _must_be_open(tender, found)
        mine.conflict, mine.finished_at = said, None
        bids = [each.id for each in rows.technical_bids(uow.session, tender)]
        uow.session.execute(
            delete(QualityMark).where(
                QualityMark.bid_id.in_(bids), QualityMark.evaluator == mine.position
            )
        )
        facts = {"conflict": said}
        tell(uow.session, tender, "evaluator_out", facts, actor=actor, at=at)
        uow.commit()


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a mark; ``None``: left as it is."""

    value: str | None = None
    reason: str | None = None


@retried
def keep_marks(
    uow: UnitOfWork,
    number: str,
    typed: Mapping[tuple[UUID, int], Typed],
    *,
    actor: Actor,
) -> list[Problem]:
    """Keep an evaluator's marks as they are typed, and return what is wrong with them.

    Raises:
        NotAtThisDesk: the actor is no evaluator of it, or out.
        NotFound: there is no such bid or criterion.
        NotNow, WrongState: marks are not given now, or the evaluator has finished.
    """
    with uow:
        tender, found, mine = _mine(uow.session, number, actor)
        _must_mark(tender, found, mine)
        bids = rows.technical_bids(uow.session, tender)
        places = {(bid.id, each.position) for bid in bids for each in tender.criteria}
        kept = {(each.bid_id, each.criterion): each for each in _own(uow.session, bids, mine)}
        problems: list[Problem] = []
        for place, each in typed.items():
            if place not in places:
                raise NotFound(f"nothing to mark: {place}")
            if place not in kept:
                kept[place] = QualityMark(
                    bid_id=place[0], criterion=place[1], evaluator=mine.position,
                    typed="", reason="",
                )  # fmt: skip
                uow.session.add(kept[place])
            _write(kept[place], each)
            problems += wrong_with(kept[place])
        uow.commit()
        return problems


def _write(mark: QualityMark, typed: Typed) -> None:
    if typed.reason is not None:
        mark.reason = typed.reason.strip()[:LONGEST]
    if typed.value is None:
        return
    mark.typed = typed.value.strip()[:40]
    try:
        mark.value = decimal_from(mark.typed, places=2) if mark.typed else None
    except InvalidValue:
        mark.value = None


def wrong_with(mark: QualityMark) -> list[Problem]:
    """Return what is wrong with a mark as typed; one that is not begun is not wrong yet."""
    field = field_of(mark.bid_id, mark.criterion)
    if mark.typed and mark.value is None:
        return [Problem("NUM-001", f"{field}/value", {"value": mark.typed})]
    if mark.value is not None and not 0 <= mark.value <= FULL_SCORE:
        return [Problem("TND-020", f"{field}/value", {"value": f"{mark.value:f}"})]
    return []


def field_of(bid_id: UUID, criterion: int) -> str:
    """Return what the fields of a mark are called on a page."""
    return f"marks/{bid_id}/{criterion}"


@retried
def finish(uow: UnitOfWork, number: str, *, actor: Actor, at: datetime) -> None:
    """Finish one's marks: from now on they stand, unless the head asks for another look.

    Raises:
        NotAtThisDesk: the actor is no evaluator of it, or out.
        NotNow, WrongState: marks are not given now, or he has finished.
        RulesBroken: ``TND-124`` a mark or its reason is missing, ``TND-020``, ``NUM-001``; each
            beside its field.
    """
    with uow:
        tender, found, mine = _mine(uow.session, number, actor)
        _must_mark(tender, found, mine)
        bids = rows.technical_bids(uow.session, tender)
        own = {(each.bid_id, each.criterion): each for each in _own(uow.session, bids, mine)}
        problems = []
        for bid in bids:
            for each in tender.criteria:
                problems += _unfinished(own.get((bid.id, each.position)), bid, each.position)
        if problems:
            raise RulesBroken(problems)
        mine.finished_at = at
        facts = {
            "marks": [
                {"bid": str(each.bid_id), "criterion": each.criterion,
                 "value": f"{each.value:f}", "reason": each.reason}
                for each in own.values()
            ]
        }  # fmt: skip
        tell(uow.session, tender, "marks_finished", facts, actor=actor, at=at)
        uow.commit()


def _unfinished(mark: QualityMark | None, bid: SealedBid, criterion: int) -> list[Problem]:
    field = field_of(bid.id, criterion)
    problems = [] if mark is None else wrong_with(mark)
    if mark is None or not mark.typed:
        problems.append(Problem("TND-124", f"{field}/value"))
    if mark is None or not mark.reason:
        problems.append(Problem("TND-124", f"{field}/reason"))
    return problems


@retried
def look_again(
    uow: UnitOfWork, number: str, username: str, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Ask an evaluator to look at his marks again; he sees his own and the reason alone.

    Raises:
        NotAtThisDesk: the actor does not head the evaluation.
        NotFound: there is no such evaluator.
        NotNow, WrongState: somebody has not finished, or the scores stand.
        RulesBroken: ``GEN-REQUIRED`` no reason.
    """
    read = Entered()
    said = read.text("reason", reason)
    read.must_be_right()
    with uow:
        tender, _ = _headed(uow.session, number, actor)
        named = {each.username: each for each in rows.evaluators(uow.session, tender)}
        asked = named.get(username)
        if asked is None or asked.conflict:
            raise NotFound(f"no evaluator {username}")
        asked.finished_at, asked.asked_again = None, said
        facts = {"evaluator": username, "reason": said}
        tell(uow.session, tender, "marks_asked_again", facts, actor=actor, at=at)
        uow.commit()


@retried
def close_quality(uow: UnitOfWork, number: str, *, actor: Actor, at: datetime) -> None:
    """Close the evaluation of quality: scores are kept, and what is below the minimum ends here.

    Its envelope B is rejected with words, so that C is given back unopened (R-TND-08).

    Raises:
        NotAtThisDesk: the actor does not head the evaluation.
        NotNow, WrongState: somebody has not finished, or the scores stand.
        RulesBroken: what the scale of the documents lacks (``TND-020``, ``TND-022`` to ``025``).
    """
    with uow:
        tender, found = _headed(uow.session, number, actor)
        bids = rows.technical_bids(uow.session, tender)
        counting = [each for each in rows.evaluators(uow.session, tender) if not each.conflict]
        scale = rows.scale_of(tender, at)
        given = rows.marks(uow.session, bids)
        facts = {}
        for bid in bids:
            of_bid = [each for each in given if each.bid_id == bid.id]
            worked_out = rows.score_of(scale, of_bid, counting).result
            uow.session.add(
                QualityScore(bid_id=bid.id, value=worked_out.value, passes=worked_out.passes)
            )
            if not worked_out.passes:
                envelope = bid.envelope(Kind.TECHNICAL)
                envelope.state, envelope.reason = EnvelopeState.REJECTED, BELOW_MINIMUM
            facts[str(bid.id)] = f"{worked_out.value:f}"
        found.quality_closed_at, found.quality_closed_by = at, actor.username
        told = {"scores": facts, "minimum": f"{scale.minimum:f}", "evaluators": len(counting)}
        tell(uow.session, tender, "quality_closed", told, actor=actor, at=at)
        uow.commit()


def _scored(session: Session, number: str) -> tuple[Tender, Evaluation]:
    tender, found = tender_in(session, number, SealingState.OPENING)
    if not tender.rates_quality:
        raise NotNow(f"{number} scores no quality")
    return tender, found


def _must_be_open(tender: Tender, found: Evaluation) -> None:
    if found.quality_closed_at is not None:
        raise NotNow(f"the scores of {tender.number} stand")


def _mine(session: Session, number: str, actor: Actor) -> tuple[Tender, Evaluation, Evaluator]:
    tender, found = _scored(session, number)
    must_hold(tender, actor, rows.EVALUATOR)
    named = {each.username: each for each in rows.evaluators(session, tender)}
    mine = named.get(actor.username)
    if mine is None:
        raise NotAtThisDesk(f"{rows.EVALUATOR} of {number}")
    if mine.conflict:
        raise RulesBroken([Problem("TND-059", "conflict")])
    return tender, found, mine


def _must_mark(tender: Tender, found: Evaluation, mine: Evaluator) -> None:
    _must_be_open(tender, found)
    if mine.finished_at is not None or not rows.technical_open(tender):
        raise NotNow(f"{tender.number} is not marked now")


def _headed(session: Session, number: str, actor: Actor) -> tuple[Tender, Evaluation]:
    tender, found, mine = _mine(session, number, actor)
    if not mine.is_head:
        raise NotAtThisDesk(f"head of the evaluation of {number}")
    _must_be_open(tender, found)
    if any(not each.conflict and not each.finished_at for each in rows.evaluators(session, tender)):
        raise NotNow(f"an evaluator of {number} has not finished")
    return tender, found


def _own(session: Session, bids: Sequence[SealedBid], mine: Evaluator) -> list[QualityMark]:
    return [each for each in rows.marks(session, bids) if each.evaluator == mine.position]
