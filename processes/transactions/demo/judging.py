"""What becomes of opened bids in the demonstration: scored, priced, and winners named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.sdk import DemoOffice
from processes.transactions.commands import awarding, prices, scoring
from processes.transactions.commands.ballots import Ballot
from processes.transactions.demo.bids import Bid
from processes.transactions.demo.commission import MEMBERS, SECRETARY
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import winners
from processes.transactions.queries.prices import price_files
from processes.transactions.sealing.forms import read_price

_COMMITTEE: Final = ("tech_committee", "tech_committee2")
_EXPERT: Final = "fin_expert"
#: each evaluator differs from what a bid deserves by so much, so that there is a spread
_DIFFERENCE: Final = {"tech_committee": 2, "tech_committee2": -2}
_WHY: Final = "برابر پیوست فنی و مدارک سابقه"


def score(office: DemoOffice, number: str, bids: Sequence[Bid]) -> None:
    """Let two evaluators mark every bid, each alone, and the head close the scores."""
    scoring.name_evaluators(
        office.unit_of_work(), number, _COMMITTEE, _COMMITTEE[0], **_by(office, SECRETARY)
    )
    deserved = {_party(office, each): each.score for each in bids}
    with office.unit_of_work() as uow:
        tender = rows.tender_of(uow.session, number)
        criteria = [each.position for each in tender.criteria]
        known = {each.id: each.bidder for each in rows.technical_bids(uow.session, tender)}
    for name in _COMMITTEE:
        marks = {
            (bid_id, position): scoring.Typed(str(deserved[party] + _DIFFERENCE[name]), _WHY)
            for bid_id, party in known.items()
            for position in criteria
        }
        scoring.keep_marks(office.unit_of_work(), number, marks, actor=office.actor(name))
        scoring.finish(office.unit_of_work(), number, **_by(office, name))
    scoring.close_quality(office.unit_of_work(), number, **_by(office, _COMMITTEE[0]))


def check_prices(office: DemoOffice, number: str) -> None:
    """Take the prices that lay in the envelopes, and work them out."""
    with office.unit_of_work() as uow:
        files = price_files(uow.session, rows.tender_of(uow.session, number))
    stated = {}
    for bid_id, sha256 in files.items():
        with office.store.open(sha256) as file:
            sheet = read_price(file.read()).found
        assert sheet is not None
        stated[bid_id] = sheet
    prices.take_prices(office.unit_of_work(), number, stated, **_by(office, _EXPERT))
    prices.work_out(office.unit_of_work(), number, **_by(office, _EXPERT))


def name_winners(office: DemoOffice, number: str) -> None:
    """Let every member vote for what the rules propose."""
    with office.unit_of_work() as uow:
        tender = rows.tender_of(uow.session, number)
        seen = winners.proposal(uow.session, tender, office.at).seen
    for name in MEMBERS:
        awarding.vote_on_winners(
            office.unit_of_work(), number, Ballot(True, "", seen), **_by(office, name)
        )


def _party(office: DemoOffice, bid: Bid) -> str:
    return next(iter(office.actor(bid.by).parties_as("BIDDER")))


def _by(office: DemoOffice, username: str) -> Mapping[str, Any]:
    return {"actor": office.actor(username), "at": office.at}
