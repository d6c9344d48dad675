"""How far the evaluation of a tender has come, for its tasks, commands and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from engine.sdk import NotFound, Session
from engine.values import Percentage, local_date
from processes.transactions import registry
from processes.transactions.queries import sealing
from processes.transactions.records import (
    Award,
    AwardState,
    EnvelopeState,
    Evaluation,
    Evaluator,
    Firm,
    OpenedPrice,
    QualityMark,
    QualityScore,
    SealedBid,
    SealedTender,
    SealingState,
    Tender,
)
from processes.transactions.rules.computation import Computed
from processes.transactions.rules.scoring import Criterion, Mark, Scale, Score, score
from processes.transactions.sealing.envelope import Kind

EVALUATOR: Final = "TECH_COMMITTEE"


def quality_closed(session: Session, tender: Tender) -> bool:
    """Tell whether the scores of quality stand; a tender that scores none has nothing to close."""
    if not tender.rates_quality:
        return True
    found = session.get(Evaluation, tender.id)
    return found is not None and found.quality_closed_at is not None


def prices_checked(session: Session, tender: Tender) -> bool:
    """Tell whether every price is worked out, and every abnormally low one decided of."""
    found = session.get(Evaluation, tender.id)
    if found is None or found.worked_out_at is None:
        return False
    return not any(each.waits for each in prices(session, tender).values())


def winners_named(session: Session, tender: Tender) -> bool:
    """Tell whether there is a first winner that stands, or stood until he refused."""
    newest = select(func.max(Award.round)).where(Award.tender_id == tender.id).scalar_subquery()
    first = select(Award.state).where(
        Award.tender_id == tender.id, Award.rank == 1, Award.round == newest
    )
    return session.scalar(first) not in {None, AwardState.CANCELLED}


def tender_of(session: Session, number: str, *, to_change: bool = False) -> Tender:
    """Return a tender by its number.

    Raises:
        NotFound: there is none.
    """
    query = select(Tender).where(Tender.number == number)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no tender {number}")
    return found


def sealing_of(tender: Tender) -> SealedTender:
    """Return a tender's sealing.

    Raises:
        NotFound: its key was never made.
    """
    if tender.sealing is None:
        raise NotFound(f"nothing of {tender.number} is sealed")
    return tender.sealing


def technical_bids(session: Session, tender: Tender) -> list[SealedBid]:
    """Return the bids whose quality is scored: envelopes A and B let them go on.

    One that fell below the minimum afterwards stays among them, with its score.
    """
    found = sealing.bids(session, sealing_of(tender).id)
    scored = scores(session, found)
    return [
        each
        for each in found
        if each.id in scored or each.envelope(Kind.TECHNICAL).state is EnvelopeState.ACCEPTED
    ]


def technical_open(tender: Tender) -> bool:
    """Tell whether A and B of every bid are decided in the session: then marking begins."""
    sealed = sealing_of(tender)
    return sealed.state is SealingState.OPENING and sealing.technical_decided(tender)


def priced_bids(session: Session, tender: Tender) -> list[SealedBid]:
    """Return the bids whose envelope C was opened and not refused when it was."""
    priced = prices(session, tender)
    return [
        each
        for each in sealing.bids(session, sealing_of(tender).id)
        if each.id in priced
        or each.envelope(Kind.PRICE).state in {EnvelopeState.OPENED, EnvelopeState.ACCEPTED}
    ]


def prices(session: Session, tender: Tender) -> dict[UUID, OpenedPrice]:
    """Return the prices that were taken, by bid."""
    found = session.scalars(
        select(OpenedPrice)
        .join(SealedBid, SealedBid.id == OpenedPrice.bid_id)
        .where(SealedBid.tender_id == tender.seal_id)
    )
    return {each.bid_id: each for each in found}


def scores(session: Session, bids: Sequence[SealedBid]) -> dict[UUID, QualityScore]:
    """Return the scores that were kept, by bid."""
    kept = select(QualityScore).where(QualityScore.bid_id.in_([each.id for each in bids]))
    return {each.bid_id: each for each in session.scalars(kept)}


def evaluators(session: Session, tender: Tender) -> list[Evaluator]:
    """Return the evaluators of a tender, the head first."""
    named = select(Evaluator).where(Evaluator.tender_id == tender.id)
    found = session.scalars(named.order_by(Evaluator.is_head.desc(), Evaluator.username))
    return list(found)


def marks(session: Session, bids: Sequence[SealedBid]) -> list[QualityMark]:
    """Return every mark that was typed for these bids."""
    kept = select(QualityMark).where(QualityMark.bid_id.in_([each.id for each in bids]))
    return list(session.scalars(kept.order_by(QualityMark.criterion, QualityMark.evaluator)))


def score_of(
    scale: Scale, given: Sequence[QualityMark], counting: Sequence[Evaluator]
) -> Computed[Score]:
    """Return the score of a bid by the marks of those who count.

    Raises:
        RulesBroken: as of `rules.scoring.score`.
    """
    names = {each.position: each.username for each in counting}
    marks = [
        Mark(names[each.evaluator], str(each.criterion), each.value)
        for each in given
        if each.value is not None and each.evaluator in names
    ]
    return score(scale, marks, set(names.values()))


def firms(session: Session, bids: Sequence[SealedBid]) -> Mapping[str, Firm]:
    """Return the firms of bids by their legal ids; who is in no register is left out."""
    known = select(Firm).where(Firm.identifier.in_([each.bidder for each in bids]))
    return {each.identifier: each for each in session.scalars(known)}


def scale_of(tender: Tender, at: datetime) -> Scale:
    """Return how the quality of a tender is weighed: its documents, else the pack of its unit."""
    on = local_date(at)
    pack = registry.pack_of(tender.unit, on)
    minimum = tender.minimum_score
    return Scale(
        tuple(Criterion(str(c.position), c.title, Percentage(c.weight)) for c in tender.criteria),
        pack.value("quality.minimum", on) if minimum is None else Decimal(minimum),
        pack.value("quality.spread.wide", on),
    )
