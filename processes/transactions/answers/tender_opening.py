"""Sessions, scores, prices and winners: each is done on its own page, and said to the case here.

A step is answered when its record says that it is done, and by nobody else's word.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import (
    Json,
    NotAtThisDesk,
    Problem,
    TaskAnswer,
    TaskRecall,
    task_answer,
    task_recall,
)
from processes.transactions.answers.finding import refuse
from processes.transactions.answers.tender_ends import end_tender
from processes.transactions.publication.tenders import publish_failed, publish_opening
from processes.transactions.queries import evaluation
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.tenders import sealing_of, tender_of_case
from processes.transactions.queries.winners import proposal
from processes.transactions.records import SealingState, Tender, TenderState


@task_answer("tender", "hold_session")
def hold_session(answer: TaskAnswer) -> dict[str, Json]:
    """Go on once A and B of every bid are decided: from now on it is public who has bid.

    Raises:
        RulesBroken: ``TND-081`` envelopes are left to open or to decide.
    """
    found = _opening(answer)
    sealing = sealing_of(found)
    if sealing.state is SealingState.UNSUCCESSFUL:  # too many shares are lost, or members
        return _failed(answer, found, "bids_left")
    if not rows.technical_decided(found):
        refuse([Problem("TND-081", "outcome")])
    found.opened_at = answer.at
    publish_opening(answer.session, found, answer.at)
    left = len(evaluation.technical_bids(answer.session, found))
    if not left:
        return _failed(answer, found, "bids_left")
    return {"bids_left": left, "rates_quality": found.rates_quality}


@task_answer("tender", "score_quality")
def score_quality(answer: TaskAnswer) -> dict[str, Json]:
    """Go on once the scores of quality stand.

    Raises:
        RulesBroken: ``TND-082`` the evaluation is not closed.
    """
    if not evaluation.quality_closed(answer.session, _opening(answer)):
        refuse([Problem("TND-082", "outcome")])
    return {}


@task_answer("tender", "open_prices")
def open_prices(answer: TaskAnswer) -> dict[str, Json]:
    """Go on once the session is closed, and what was not opened given back.

    Raises:
        RulesBroken: ``TND-083`` the session is on.
    """
    found = _opening(answer)
    if not rows.is_closed(found):
        refuse([Problem("TND-083", "outcome")])
    left = len(evaluation.priced_bids(answer.session, found))
    return {"prices_left": left} if left else _failed(answer, found, "prices_left")


@task_answer("tender", "check_prices")
def check_prices(answer: TaskAnswer) -> dict[str, Json]:
    """Go on once every price is worked out, and every abnormal one decided (§3.8).

    Raises:
        RulesBroken: ``TND-084`` one is not.
    """
    if not evaluation.prices_checked(answer.session, _opening(answer)):
        refuse([Problem("TND-084", "outcome")])
    return {}


@task_answer("tender", "name_winners")
def name_winners(answer: TaskAnswer) -> dict[str, Json]:
    """Go on once the commission has voted, or where no bid is left to be named.

    Raises:
        NotAtThisDesk: the actor is no member of this tender's commission.
        RulesBroken: ``TND-085`` no winner is named; ``TND-086`` a bid is left that could be.
    """
    found = _opening(answer)
    if rows.seat_of(sealing_of(found), answer.actor) is None:
        raise NotAtThisDesk(f"{rows.COMMISSION}@{found.unit}")
    if answer.outcome != "none":
        if not evaluation.winners_named(answer.session, found):
            refuse([Problem("TND-085", "outcome")])
        return {}
    if proposal(answer.session, found, answer.at).first is not None:
        refuse([Problem("TND-086", "outcome")])
    return _failed(answer, found, "prices_left")


def _opening(answer: TaskAnswer) -> Tender:
    found = tender_of_case(answer.session, answer.instance_id)
    found.must_be(TenderState.OPENING)
    return found


def _failed(answer: TaskAnswer, found: Tender, what: str) -> dict[str, Json]:
    """End a tender of which no bid is left; ``what`` says in which count the case sees it."""
    end_tender(answer.session, found, TenderState.UNSUCCESSFUL, None, answer.at)
    publish_failed(answer.session, found, answer.at, none_left=True)
    return {what: 0}


@task_recall("tender", "score_quality")
@task_recall("tender", "check_prices")
def take_back(_: TaskRecall) -> Mapping[str, str]:
    """What was done stands on its own page; only the case goes back."""
    return {}
