"""Whom the commission may name, by the rules, and how it has voted (R-TND-05, 09, 10)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from engine.sdk import Session
from engine.values import Rial, local_date
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import reversing
from processes.transactions.records import (
    Award,
    AwardState,
    CommissionVote,
    Evaluation,
    Firm,
    OpenedPrice,
    PriceDecision,
    QualityScore,
    SealedBid,
    Tender,
)
from processes.transactions.rules.balanced_price import FULL_SCORE
from processes.transactions.rules.computation import Computed
from processes.transactions.rules.ranking import Offer, Ranked, Winners, rank, winners
from processes.transactions.rules.voting import Vote

_NO_IMPACT: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bid that may win, with what it is compared by."""

    bid: SealedBid
    firm: Firm
    price: Rial  #: corrected, or what the bidder went down to in a reverse auction
    score: QualityScore | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules say of a tender's bids; the commission votes on it."""

    candidates: Mapping[str, Candidate]  #: by legal id
    ranked: Computed[tuple[Ranked, ...]]
    winners: Computed[Winners] | None  #: ``None``: no bid is left
    left_out: Sequence[tuple[SealedBid, str]]  #: with the code of why
    names: Mapping[str, str]  #: of every bidder, by legal id

    @property
    def first(self) -> Candidate | None:
        """Who is named first."""
        return next(iter(self.named), None)

    @property
    def named(self) -> list[Candidate]:
        """Who is named, by rank; nobody whom that would make dearer than the guarantee."""
        if self.winners is None:
            return []
        found = self.winners.result
        return [self.candidates[each.offer.bidder] for each in (found.first, *found.others)]

    def balanced(self, candidate: Candidate) -> Rial:
        """Return the balanced price of a candidate."""
        places = {each.offer.bidder: each.balanced for each in self.ranked.result}
        return places[candidate.bid.bidder]

    @property
    def seen(self) -> str:
        """The fingerprint of what is proposed: a vote holds for nothing else."""
        told: Any = [
            [each.offer.bidder, each.offer.price.amount, each.balanced.amount]
            for each in self.ranked.result
        ]
        named = [str(each.bid.id) for each in self.named]
        told.append(named + [None] * (2 - len(named)))  # as votes from before were cast
        return sha256(json.dumps(told).encode()).hexdigest()


def proposal(session: Session, tender: Tender, at: datetime) -> Proposal:
    """Return whom the commission may name, with the whole computation.

    Left out is whose price the commission rejected (``PRICE``), who is debarred today
    (``PRC-006``), and who is not in the register of firms (``TND-129``).
    """
    bids = rows.priced_bids(session, tender)
    taken, scores = rows.prices(session, tender), rows.scores(session, bids)
    firms = rows.firms(session, bids)
    lower = reversing.best_offers(session, tender)
    candidates, left_out = {}, []
    for bid in bids:
        firm, price = firms.get(bid.bidder), taken.get(bid.id)
        code = _barred(price, firm, at)
        if code is not None or firm is None or price is None or price.corrected is None:
            left_out.append((bid, code or "TND-127"))
            continue
        final = lower.get(bid.bidder, price.corrected)
        candidates[bid.bidder] = Candidate(bid, firm, final, scores.get(bid.id))
    ranked = rank(
        [_offer(each) for each in candidates.values()],
        tender.impact if tender.rates_quality else _NO_IMPACT,
    )
    named = None
    if ranked.result:
        named = winners(
            ranked.result, tender.guarantee, by_balanced_price=tender.rates_quality,
            places=tender.places,
        )  # fmt: skip
    names = {each.bidder: each.bidder for each in bids}
    names |= {identifier: firm.name for identifier, firm in firms.items()}
    return Proposal(candidates, ranked, named, left_out, names)


def _barred(price: OpenedPrice | None, firm: Firm | None, at: datetime) -> str | None:
    if price is not None and price.decision is PriceDecision.REJECTED:
        return "PRICE"
    if firm is None:
        return "TND-129"
    return "PRC-006" if firm.debarment_on(local_date(at)) else None


def _offer(each: Candidate) -> Offer:
    score = Decimal(FULL_SCORE) if each.score is None else each.score.value
    return Offer(each.bid.bidder, each.price, each.bid.submitted_at, score)


def round_of(session: Session, tender: Tender) -> int:
    """Return which round of naming a tender is in: one more where all that was named is undone."""
    newest = session.scalar(select(func.max(Award.round)).where(Award.tender_id == tender.id))
    return (newest or 0) + (0 if rows.winners_named(session, tender) else 1)


def awards(session: Session, tender: Tender) -> list[Award]:
    """Return the winners of the newest round, the first first."""
    newest = select(func.max(Award.round)).where(Award.tender_id == tender.id).scalar_subquery()
    named = select(Award).where(Award.tender_id == tender.id, Award.round == newest)
    return list(session.scalars(named.order_by(Award.rank)))


def is_cancelled(award: Award) -> bool:
    """Tell whether a winner was undone, by a complaint."""
    return award.state is AwardState.CANCELLED


def matter_of_winners(session: Session, tender: Tender) -> str:
    """Return what votes on the winners are kept under."""
    found = session.get(Evaluation, tender.id)
    return f"winners/{round_of(session, tender)}/{1 if found is None else found.attempt}"


def matter_of_price(bid_id: UUID) -> str:
    """Return what votes on an abnormally low price are kept under."""
    return f"price/{bid_id}"


def seen_of_price(price: OpenedPrice) -> str:
    """Return the fingerprint of what is voted on: the price and how it is justified."""
    told = [str(price.bid_id), str(price.corrected), price.justification]
    told += [each.sha256 for each in price.papers]
    return sha256(json.dumps(told).encode()).hexdigest()


def votes_on(session: Session, tender: Tender, matter: str) -> list[CommissionVote]:
    """Return how members voted on something, by their seats."""
    cast = select(CommissionVote).where(
        CommissionVote.seal_id == tender.seal_id, CommissionVote.matter == matter
    )
    return list(session.scalars(cast.order_by(CommissionVote.position)))


def as_votes(cast: Sequence[CommissionVote], seen: str) -> list[Vote]:
    """Return the votes on what is proposed now, as `rules.voting` counts them."""
    return [
        Vote(str(each.position), each.is_for, each.reason) for each in cast if each.seen == seen
    ]
