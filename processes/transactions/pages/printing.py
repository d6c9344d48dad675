"""The minutes of a sitting on paper: what happened, and nothing that did not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine.errors import Problem
from engine.values import TEHRAN, JalaliDate, grouped, local_date
from processes.transactions.pages.blueprint import said
from processes.transactions.queries.session import Bid, Envelope, SessionPage, Sitting
from webapp.sdk import (
    KeptFile,
    amount_in_words,
    digits,
    gettext,
    kept_pdf,
    lazy_gettext,
    locale,
    now,
    shown_in,
    unit_title,
)

_l = lazy_gettext
TEMPLATE: Final = Path(__file__).resolve().parent.parent / "documents" / "session_minutes.typ"

KINDS: Final[Mapping[str, Any]] = {
    "A": _l("Envelope A: guarantee"),
    "B": _l("Envelope B: technical documents"),
    "C": _l("Envelope C: price"),
}
ENVELOPE_STATES: Final[Mapping[str, Any]] = {
    "SEALED": _l("closed"),
    "OPENED": _l("opened"),
    "ACCEPTED": _l("accepted"),
    "REJECTED": _l("rejected"),
    "RETURNED": _l("returned unopened"),
}


def print_minutes(page: SessionPage, quorum: int) -> KeptFile:
    """Return the minutes of the sitting that has ended, as a PDF in the store."""
    sitting = len(page.minutes) + 1
    name = f"minutes-{page.number}-{sitting}.pdf"
    with shown_in("fa"):  # what is signed is in the language of the law, whoever prints it
        return kept_pdf(TEMPLATE, minutes_model(page, quorum, sitting), name)


def minutes_model(page: SessionPage, quorum: int, sitting: int) -> dict[str, Any]:
    """Return what the template prints, in the language of the page."""
    return {
        "language": locale(),
        "title": gettext("Minutes of the opening session"),
        "words": _words(),
        "unit": unit_title(page.unit),
        "number": digits(page.number),
        "subject": page.title,
        "sitting": digits(str(sitting)),
        "at": _moment(now()),
        "deadline": _moment(page.deadline),
        "quorum": digits(str(quorum)),
        "threshold": digits(str(page.threshold)),
        "members": [_member(each) for each in page.sittings],
        "bids": [_bid(each, page) for each in page.bids],
        "count": digits(str(page.count or 0)),
        "outcome": _outcome(page),
    }


def _words() -> dict[str, str]:
    return {
        "tender": gettext("Tender"),
        "subject": gettext("Subject"),
        "sitting": gettext("Sitting"),
        "deadline": gettext("Deadline of bids"),
        "made": gettext("Made at"),
        "quorum": gettext("Quorum"),
        "threshold": gettext("Members who open together"),
        "members": gettext("Members of the commission"),
        "bids": gettext("Bids"),
        "received": gettext("Received at"),
        "outcome": gettext("Outcome"),
        "vote": gettext("Vote"),
        "member": gettext("Member"),
        "reason": gettext("Reason"),
        "signature": gettext("Signature"),
        "signatures": gettext("Signatures of the members present"),
        "page": gettext("Page"),
        "no": gettext("No."),
        "found": gettext("What was found"),
        "released": gettext("Opened by"),
        "files": gettext("Files"),
    }


def _member(sitting: Sitting) -> dict[str, str]:
    if sitting.conflict:
        note = gettext("declared an interest and takes no part: %(why)s", why=sitting.conflict)
    else:
        note = gettext("present") if sitting.is_present else gettext("absent")
    return {"name": _name(sitting), "note": note, "present": "1" if sitting.is_present else ""}


def _moment(at: datetime) -> str:
    """Return a moment as paper has it: text alone."""
    return digits(f"{JalaliDate.of(local_date(at))} {at.astimezone(TEHRAN):%H:%M}")


def _name(sitting: Sitting) -> str:
    return sitting.names.get(locale(), sitting.username)


def _bid(bid: Bid, page: SessionPage) -> dict[str, Any]:
    return {
        "bidder": bid.name or digits(bid.bidder),
        "identifier": digits(bid.bidder),
        "received": _moment(bid.submitted_at),
        "envelopes": [_envelope(each, page) for each in bid.envelopes.values()],
    }


def _envelope(envelope: Envelope, page: SessionPage) -> dict[str, Any]:
    names = {each.position: _name(each) for each in page.sittings}
    opened_by = [names[each] for each in sorted(envelope.released) if envelope.opened_at]
    return {
        "kind": str(KINDS[envelope.kind]),
        "state": str(ENVELOPE_STATES[envelope.state.value]),
        "at": _moment(envelope.opened_at) if envelope.opened_at else "",
        "reason": reason_said(envelope.reason),
        "released": "، ".join(opened_by),
        "files": [each.name for each in envelope.files],
        "found": _found(envelope),
        "votes": [
            {
                "name": names[position],
                "vote": gettext("for") if each["for"] else gettext("against"),
                "reason": each["reason"],
            }
            for position, each in sorted(envelope.votes.items())
        ],
    }


def reason_said(reason: str | None) -> str:
    """Return why an envelope was rejected; one that did not open has a code for it."""
    return said(Problem(reason)) if reason == "TND-061" else reason or ""


def _found(envelope: Envelope) -> list[str]:
    told = [said(each) for each in envelope.problems]
    if envelope.guarantee is not None:
        amount = grouped(envelope.guarantee.amount.amount, locale())
        told.insert(0, gettext("Guarantee of %(amount)s rials", amount=amount))
    if envelope.price is not None:
        total = envelope.price.total
        told.insert(
            0,
            gettext(
                "Price of %(amount)s rials (%(words)s rials)",
                amount=grouped(total.amount, locale()),
                words=amount_in_words(total),
            ),
        )
    return told


def _outcome(page: SessionPage) -> str:
    if page.state.value == "UNSUCCESSFUL":
        return gettext("The tender is unsuccessful: no bid, or none can be opened.")
    if page.waits_for_quality:
        return gettext("Prices stay closed until the quality of the bids is scored.")
    return gettext("The session is over; what was still closed is returned unopened.")
