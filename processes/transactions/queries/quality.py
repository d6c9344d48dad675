"""The evaluation of quality as its page shows it: nobody reads what is not his to read yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.sdk import Actor, NotFound, Session
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries.people import names_of
from processes.transactions.queries.requests import READERS
from processes.transactions.records import (
    Evaluation,
    Evaluator,
    QualityMark,
    QualityScore,
    SealedBid,
    Tender,
    TenderCriterion,
)
from processes.transactions.rules.computation import Computed
from processes.transactions.rules.scoring import Scale, Score

_ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class BidToScore:
    """A bid with the actor's own marks, and with everybody's once they may be read."""

    bid: SealedBid
    name: str
    mine: Mapping[int, QualityMark]  #: by criterion
    given: Mapping[tuple[int, int], QualityMark]  #: by criterion and evaluator; empty before
    worked_out: Computed[Score] | None
    kept: QualityScore | None


@dataclass(frozen=True, slots=True)
class QualityPage:
    """How far the evaluation of quality has come, for one person."""

    tender: Tender
    evaluation: Evaluation | None
    scale: Scale
    evaluators: Sequence[Evaluator]
    names: Mapping[str, Mapping[str, str]]  #: of evaluators by user name, by language
    me: Evaluator | None
    bids: Sequence[BidToScore]
    may_mark: bool
    may_close: bool  #: heads, and all have finished
    is_begun: bool  #: A and B of every bid are decided

    @property
    def is_closed(self) -> bool:
        """Tell whether the scores stand."""
        return self.evaluation is not None and self.evaluation.quality_closed_at is not None

    @property
    def criteria(self) -> Sequence[TenderCriterion]:
        """What is scored."""
        return self.tender.criteria


def tender_to_read(
    session: Session, actor: Actor, number: str, *, with_evaluators: bool = False
) -> Tender:
    """Return a tender of a unit that the actor reads.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    tender = rows.tender_of(session, number)
    is_evaluator = with_evaluators and tender.unit in actor.units_of(rows.EVALUATOR)
    if not is_evaluator and not reads(actor, tender):
        raise NotFound(f"no tender {number}")
    rows.sealing_of(tender)
    return tender


def reads(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor reads what the unit of a tender buys, its prices among it."""
    units = {unit for role in READERS & actor.roles for unit in actor.units_of(role)}
    return bool({tender.unit, _ANYWHERE} & units)


def quality_page(session: Session, actor: Actor, number: str, at: datetime) -> QualityPage:
    """Return the evaluation of a tender's quality as the actor may see it.

    Marks of others are given to the head when everybody has finished, to the rest when the scores
    stand; prices to nobody here.

    Raises:
        NotFound: as of `tender_to_read`; the tender scores no quality.
    """
    tender = tender_to_read(session, actor, number, with_evaluators=True)
    if not tender.rates_quality:
        raise NotFound(f"{number} scores no quality")
    found = session.get(Evaluation, tender.id)
    named = rows.evaluators(session, tender)
    me = next((each for each in named if each.username == actor.username), None)
    is_closed = found is not None and found.quality_closed_at is not None
    counting = [each for each in named if not each.conflict]
    all_finished = bool(counting) and all(each.finished_at for each in counting)
    may_close = me is not None and me.is_head and not me.conflict and all_finished and not is_closed
    is_begun = is_closed or rows.technical_open(tender)
    scale = rows.scale_of(tender, at)
    may_mark = (
        me is not None
        and not me.conflict
        and not me.finished_at
        and not is_closed
        and rows.technical_open(tender)
    )
    page = QualityPage(
        tender,
        found,
        scale,
        named,
        names_of(session, [each.username for each in named]),
        me,
        [],
        may_mark,
        may_close,
        is_begun,
    )
    if not is_begun:
        return page
    bids = _bids(session, page, counting, shows_all=is_closed or may_close)
    return QualityPage(
        tender, found, scale, named, page.names, me, bids, may_mark, may_close, is_begun
    )


def _bids(
    session: Session, page: QualityPage, counting: Sequence[Evaluator], *, shows_all: bool
) -> list[BidToScore]:
    bids = rows.technical_bids(session, page.tender)
    firms, kept = rows.firms(session, bids), rows.scores(session, bids)
    marks = rows.marks(session, bids)
    me = None if page.me is None else page.me.position
    found = []
    for bid in bids:
        given = [each for each in marks if each.bid_id == bid.id]
        firm = firms.get(bid.bidder)
        found.append(
            BidToScore(
                bid,
                bid.bidder if firm is None else firm.name,
                {each.criterion: each for each in given if each.evaluator == me},
                {(each.criterion, each.evaluator): each for each in given} if shows_all else {},
                rows.score_of(page.scale, given, counting) if shows_all else None,
                kept.get(bid.id),
            )
        )
    return found
