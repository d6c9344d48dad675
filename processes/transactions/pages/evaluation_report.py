"""The printed report of an evaluation: what it says, as the template beside the area takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from engine.sdk import Session
from processes.transactions.pages.bid_words import place_of
from processes.transactions.pages.told import say
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import winners as queries
from processes.transactions.queries.people import named
from processes.transactions.queries.prices import PricesPage, prices_page
from processes.transactions.queries.winners import Proposal
from processes.transactions.records import Tender
from processes.transactions.rules.computation import Computed
from webapp.sdk import gettext, jalali, jalali_moment, locale, quantity, rial, unit_title

TEMPLATE: Final = Path(__file__).resolve().parents[1] / "documents" / "evaluation_report.typ"


def report(session: Session, tender: Tender, at: datetime) -> dict[str, Any]:
    """Return what the report prints, in the language of the page."""
    page = prices_page(session, tender)
    proposed = queries.proposal(session, tender, _named_at(session, tender) or at)
    sealed = rows.sealing_of(tender)
    names = proposed.names
    people = named(session, [each.username for each in sealed.members], locale())
    return {
        "language": locale(),
        "words": _words(),
        "number": tender.number,
        "subject": tender.title,
        "unit": unit_title(tender.unit),
        "printed": _plain(jalali(at)),
        **_quality(session, tender, names, at),
        **_prices(page, names),
        "ranked": [
            [
                names[each.offer.bidder],
                _plain(rial(each.offer.price)),
                _plain(quantity(each.offer.score)) if tender.rates_quality else "—",
                _plain(rial(each.balanced)),
            ]
            for each in proposed.ranked.result
        ],
        "order": _told(proposed.ranked, names),
        "proposal": [] if proposed.winners is None else _told(proposed.winners, names),
        "votes": _votes(session, tender, proposed, people),
        "winners": [
            [
                place_of(each),
                each.firm.name,
                _plain(rial(each.price)),
            ]
            for each in queries.awards(session, tender)
        ],
        "signers": [
            people.get(each.username, each.username) for each in sealed.members if each.is_present
        ],
    }


def _named_at(session: Session, tender: Tender) -> datetime | None:
    return next((each.named_at for each in queries.awards(session, tender)), None)


def _quality(
    session: Session, tender: Tender, names: Mapping[str, str], at: datetime
) -> dict[str, Any]:
    if not tender.rates_quality:
        return {"scores": [], "scored": [], "evaluators": [], "minimum": ""}
    bids = rows.technical_bids(session, tender)
    firms = rows.firms(session, bids)
    kept, given = rows.scores(session, bids), rows.marks(session, bids)
    counting = [each for each in rows.evaluators(session, tender) if not each.conflict]
    known = named(session, [each.username for each in counting], locale())
    scale = rows.scale_of(tender, at)
    called = {each: firm.name for each, firm in firms.items()} | dict(names)
    return {
        "minimum": _plain(quantity(scale.minimum)),
        "evaluators": [known.get(each.username, each.username) for each in counting],
        "scores": [
            [
                called.get(bid.bidder, bid.bidder),
                _plain(quantity(kept[bid.id].value)),
                gettext("yes") if kept[bid.id].passes else gettext("no"),
            ]
            for bid in bids
        ],
        "scored": [
            {
                "name": called.get(bid.bidder, bid.bidder),
                "steps": _told(
                    rows.score_of(
                        scale, [each for each in given if each.bid_id == bid.id], counting
                    ),
                    called,
                ),
            }
            for bid in bids
        ],
    }


def _prices(page: PricesPage, names: Mapping[str, str]) -> dict[str, Any]:
    standings = {
        "WITHIN": gettext("usual"),
        "LOW": gettext("abnormally low"),
        "HIGH": gettext("above the usual"),
    }
    decisions = {
        "ACCEPTED": gettext("accepted by the commission"),
        "REJECTED": gettext("rejected by the commission"),
    }
    listed, corrections = [], []
    for row in page.rows:
        price, name = row.price, names.get(row.bid.bidder, row.bid.bidder)
        if price is None or price.standing is None or row.corrected is None:
            continue
        standing = standings[price.standing.value]
        steps = _told(row.corrected, names)
        if price.decision is not None:
            standing = f"{standing} · {decisions[price.decision.value]}"
            steps.append(f"{decisions[price.decision.value]}: {price.decision_reason}")
        listed.append([name, _plain(rial(price.total)), _plain(rial(price.corrected)), standing])
        corrections.append({"name": name, "steps": steps})
    usual = [] if page.usual is None else _told(page.usual, names)
    return {"prices": listed, "usual": usual, "corrections": corrections}


def _votes(
    session: Session, tender: Tender, proposed: Proposal, people: Mapping[str, str]
) -> list[list[str]]:
    matter = queries.matter_of_winners(session, tender)
    seats = {each.position: each.username for each in rows.sealing_of(tender).members}
    return [
        [
            people.get(seats[each.position], seats[each.position]),
            gettext("for") if each.is_for else gettext("against"),
            each.reason,
            _plain(jalali_moment(each.at)),
        ]
        for each in queries.votes_on(session, tender, matter)
        if each.seen == proposed.seen
    ]


def _told(worked_out: Computed[Any], names: Mapping[str, str]) -> list[str]:
    return [_plain(say(each, names)) for each in worked_out.steps]


def _plain(shown: str) -> str:
    """Return what a page shows as plain text; the template isolates it anew."""
    return Markup(shown).striptags()  # noqa: S704 - our own filters made it


def _words() -> dict[str, str]:
    return {
        "title": gettext("Report of the evaluation"),
        "unit": gettext("Unit"),
        "currency": gettext("Amounts are in rials, before tax."),
        "rials": gettext("rials"),
        "printed": gettext("Printed"),
        "page": gettext("Page"),
        "of": gettext("of"),
        "quality": gettext("Evaluation of quality"),
        "evaluators": gettext("Evaluators"),
        "minimum": gettext("Least score"),
        "bidder": gettext("Bidder"),
        "score": gettext("Score of quality"),
        "passes": gettext("Passes"),
        "prices": gettext("Opened prices"),
        "written": gettext("As written"),
        "corrected": gettext("Corrected"),
        "standing": gettext("Standing"),
        "order": gettext("The order of the bids"),
        "price": gettext("Price in rials"),
        "balanced": gettext("Balanced price"),
        "proposal": gettext("What the rules propose"),
        "votes": gettext("Votes of the commission"),
        "member": gettext("Member"),
        "vote": gettext("Vote"),
        "reason": gettext("Reason"),
        "at": gettext("When"),
    }
