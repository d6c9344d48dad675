"""The minutes of a sitting on paper: what happened, and nothing that did not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine.errors import Problem
from engine.values import TEHRAN, JalaliDate, grouped, local_date
from processes.transactions.pages.blueprint import said
from processes.transactions.queries.session import Bid, Envelope, Roll, SessionPage, Sitting
from processes.transactions.records.sealing import EnvelopeState
from processes.transactions.rules.voting import Body, Tie
from processes.transactions.sealing.envelope import Kind
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
#: a reason that a rule gave
_CODE: Final = re.compile(r"[A-Z]{3}-[0-9]{3}")
TEMPLATE: Final = Path(__file__).resolve().parent.parent / "documents" / "session_minutes.typ"

KINDS: Final[Mapping[str, Any]] = {
    "A": _l("Envelope A: guarantee"),
    "B": _l("Envelope B: technical documents"),
    "C": _l("Envelope C: price"),
}
OFFER_KINDS: Final[Mapping[str, Any]] = {
    "A": _l("Envelope A: deposit"),
    "B": _l("Envelope B: papers of the bidder"),
    "C": _l("Envelope C: offer"),
}
ENVELOPE_STATES: Final[Mapping[str, Any]] = {
    "SEALED": _l("closed"),
    "OPENED": _l("opened"),
    "ACCEPTED": _l("accepted"),
    "REJECTED": _l("rejected"),
    "RETURNED": _l("returned unopened"),
}


def print_minutes(page: SessionPage, body: Body) -> KeptFile:
    """Return the minutes of the sitting that has ended, as a PDF in the store."""
    sitting = len(page.minutes) + 1
    name = f"minutes-{page.number}-{sitting}.pdf"
    with shown_in("fa"):  # what is signed is in the language of the law, whoever prints it
        return kept_pdf(TEMPLATE, minutes_model(page, body, sitting), name)


def minutes_model(page: SessionPage, body: Body, sitting: int) -> dict[str, Any]:
    """Return what the template prints of a sitting, in the language of the page.

    What later sittings did is not told in the minutes of an earlier one, whenever they are made.
    """
    roll = next((each for each in page.rolls if each.number == sitting), None)
    is_last = roll is None or roll is page.rolls[-1]
    return {
        "language": locale(),
        "title": gettext("Minutes of the opening session"),
        "words": _words() | ({"tender": gettext("Auction")} if page.is_auction else {}),
        "unit": unit_title(page.unit),
        "number": page.number,
        "subject": page.title,
        "sitting": digits(str(sitting)),
        "at": _moment(now()),
        "begun": _moment(roll.begun_at) if roll and roll.begun_at else "",
        "ended": _moment(roll.ended_at) if roll and roll.ended_at else "",
        "tie": tie_said(page, body.tie),
        "deadline": _moment(page.deadline),
        "quorum": digits(str(body.quorum)),
        "threshold": digits(str(page.threshold)),
        "members": [_member(each, page, roll) for each in page.sittings],
        "earlier": [_earlier(each, page) for each in page.rolls if each.number < sitting],
        "bids": [_bid(each, page, is_last=is_last) for each in page.bids],
        "count": digits(str(page.count or 0)),
        "outcome": _outcome(page, is_last=is_last),
    }


def _words() -> dict[str, str]:
    return {
        "tender": gettext("Tender"),
        "subject": gettext("Subject"),
        "sitting": gettext("Sitting"),
        "begun": gettext("Begun"),
        "ended": gettext("Ended"),
        "tie": gettext("Equal votes"),
        "earlier": gettext("Present at earlier sittings"),
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
        "attendance": gettext("Attendance"),
        "page": gettext("Page"),
        "of": gettext("of"),
        "no": gettext("No."),
        "found": gettext("What was found"),
        "released": gettext("Opened by"),
        "files": gettext("Files"),
    }


def tie_said(page: SessionPage, tie: Tie) -> str:
    """Return what equal votes come to, where an even number votes; nothing otherwise."""
    if not page.may_tie:
        return ""
    if tie is Tie.CHAIR:
        return gettext("Where votes are equal, the side of the chair decides.")
    return gettext("Where votes are equal, the proposal does not pass.")


def _member(sitting: Sitting, page: SessionPage, roll: Roll | None) -> dict[str, str]:
    is_here = sitting.is_present if roll is None else sitting.position in roll.here
    return {
        "name": _name(sitting),
        "note": _presence(sitting, page, roll, is_here=is_here),
        "present": "1" if is_here else "",
    }


def _presence(sitting: Sitting, page: SessionPage, roll: Roll | None, *, is_here: bool) -> str:
    if sitting.conflict and not is_here:
        return gettext("declared an interest and takes no part: %(why)s", why=sitting.conflict)
    if sitting.deputy_of is None:
        return gettext("present") if is_here else gettext("absent")
    member = next(each for each in page.sittings if each.position == sitting.deputy_of)
    if not is_here:
        return gettext("deputy of %(member)s, not called", member=_name(member))
    why = roll.reasons.get(sitting.position, "") if roll else sitting.because or ""
    return gettext("sits for %(member)s: %(why)s", member=_name(member), why=why)


def _earlier(roll: Roll, page: SessionPage) -> dict[str, str]:
    here = [_name(each) for each in page.sittings if each.position in roll.here]
    at = _moment(roll.begun_at) if roll.begun_at else ""
    return {"number": digits(str(roll.number)), "at": at, "here": "، ".join(here)}


def _moment(at: datetime) -> str:
    """Return a moment as paper has it: text alone."""
    return digits(f"{JalaliDate.of(local_date(at))} {at.astimezone(TEHRAN):%H:%M}")


def _name(sitting: Sitting) -> str:
    return sitting.names.get(locale(), sitting.username)


def _bid(bid: Bid, page: SessionPage, *, is_last: bool) -> dict[str, Any]:
    return {
        "bidder": bid.name or bid.bidder,
        "identifier": bid.bidder,
        "received": _moment(bid.submitted_at),
        "envelopes": [
            _envelope(_as_of(each, is_last=is_last), page) for each in bid.envelopes.values()
        ],
    }


def _as_of(envelope: Envelope, *, is_last: bool) -> Envelope:
    """Return an envelope as the sitting left it: one that paused for quality opened no price."""
    if is_last or envelope.kind != Kind.PRICE.value:
        return envelope
    return replace(
        envelope, state=EnvelopeState.SEALED, opened_at=None, reason=None,
        released=frozenset(), votes={}, files=[], price=None, problems=(),
    )  # fmt: skip


def _envelope(envelope: Envelope, page: SessionPage) -> dict[str, Any]:
    names = {each.position: _name(each) for each in page.sittings}
    opened_by = [names[each] for each in sorted(envelope.released) if envelope.opened_at]
    return {
        "kind": str((OFFER_KINDS if page.is_auction else KINDS)[envelope.kind]),
        "state": str(ENVELOPE_STATES[envelope.state.value]),
        "at": _moment(envelope.opened_at) if envelope.opened_at else "",
        "reason": reason_said(envelope.reason),
        "released": "، ".join(opened_by),
        "files": [each.name for each in envelope.files],
        "found": _found(envelope, is_auction=page.is_auction),
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
    """Return why an envelope was rejected: as it was written, or as a code of ours says."""
    is_code = reason is not None and _CODE.fullmatch(reason)
    return said(Problem(reason)) if reason and is_code else reason or ""


def _found(envelope: Envelope, *, is_auction: bool) -> list[str]:
    told = [said(each) for each in envelope.problems]
    if envelope.guarantee is not None:
        amount = grouped(envelope.guarantee.amount.amount, locale())
        guarantee = gettext("Guarantee of %(amount)s rials", amount=amount)
        deposit = gettext("Deposit of %(amount)s rials", amount=amount)
        told.insert(0, deposit if is_auction else guarantee)
    if envelope.price is not None:
        total = envelope.price.total
        facts = {"amount": grouped(total.amount, locale()), "words": amount_in_words(total)}
        price = gettext("Price of %(amount)s rials (%(words)s)", **facts)
        offered = gettext("Offer of %(amount)s rials (%(words)s)", **facts)
        told.insert(0, offered if is_auction else price)
    return told


def _outcome(page: SessionPage, *, is_last: bool) -> str:
    if page.state.value == "UNSUCCESSFUL" and is_last:
        return gettext("It is unsuccessful: no bid, or none can be opened.")
    if page.waits_for_quality or not is_last:
        return gettext("Prices stay closed until the quality of the bids is scored.")
    return gettext("The session is over; what was still closed is returned unopened.")
