"""The words of a bidder's pages, and what the script of the workspace is told."""

from __future__ import annotations

from typing import Any, Final

from engine.errors import Problem
from engine.sdk import Session
from engine.values import grouped
from processes.transactions.pages.blueprint import said
from processes.transactions.queries import own_bids as queries
from processes.transactions.queries.own_bids import Workspace
from processes.transactions.records import Award, AwardState
from webapp.sdk import digits, largest_stream, lazy_gettext, locale, now
from webapp.sdk import gettext as _

_l = lazy_gettext

BID_STATES: Final = {
    "SEALED": _l("Sealed and received"),
    "REPLACED": _l("Replaced by a newer one"),
    "WITHDRAWN": _l("Withdrawn"),
}
ENVELOPES: Final = {"A": _l("Guarantee"), "B": _l("Technical documents"), "C": _l("Price")}
OFFER_ENVELOPES: Final = {"A": _l("Deposit"), "B": _l("Papers"), "C": _l("Offer")}
ENVELOPE_STATES: Final = {
    "SEALED": _l("Sealed"),
    "OPENED": _l("Opened"),
    "ACCEPTED": _l("Accepted"),
    "REJECTED": _l("Rejected"),
    "RETURNED": _l("Returned unopened"),
}
AWARDS: Final = {
    "PENDING": _l("Winner; complaints are heard"),
    "ACTIVE": _l("Winner; the contract is to be signed"),
    "RESERVE": _l("Second winner"),
    "SIGNED": _l("Contract signed"),
    "REFUSED": _l("Did not sign"),
    "CANCELLED": _l("Award cancelled"),
}


def place_of(award: Award) -> str:
    """Return which place of the order of its tender an award is at."""
    signed = award.tender.places.signed
    if signed == 1:
        return _("First winner") if award.rank == 1 else _("Second winner")
    if award.rank > signed:
        return _("Place %(place)s, to stand in", place=digits(award.rank))
    return _("Supplier %(place)s", place=digits(award.rank))


def award_said(award: Award) -> str:
    """Return what became of an award so far."""
    if award.state is AwardState.RESERVE and award.tender.places.signed > 1:
        signs = award.rank <= award.tender.places.signed
        told = _("Named; signs when its turn comes"), _("Stands in for one who does not sign")
        return told[0 if signs else 1]
    return str(AWARDS[award.state.value])


OFFER_STATES: Final = {
    "OFFERED": _l("Not the buyer"),
    "PAYING": _l("Highest offer; the balance is to be paid"),
    "PAID": _l("Bought and paid"),
    "DEFAULTED": _l("Not paid in time; the deposit is kept"),
}
ABOUT: Final = {
    "DOCUMENTS": _l("Documents"),
    "OPENING": _l("Opening of envelopes"),
    "EVALUATION": _l("Evaluation"),
    "AWARD": _l("Result and winner"),
    "OTHER": _l("Something else"),
}
STAGES: Final = {
    "BUYER": _l("The buyer has to answer"),
    "REFUSED": _l("Refused by the buyer"),
    "SILENT": _l("The buyer has not answered in time; it goes to the board"),
    "BOARD": _l("Before the complaints board"),
    "BOARD_LATE": _l("Before the complaints board, whose time is over"),
    "DECIDED": _l("Decided"),
}
OUTCOMES: Final = {
    "REJECTED": _l("Rejected"),
    "CORRECTED": _l("Corrected"),
    "STEP_REPEATED": _l("A step is repeated"),
    "CANCELLED": _l("The tender is cancelled"),
    "DROPPED": _l("Ended without a decision"),
}
_CODES: Final = (
    *("GEN-REQUIRED", "GEN-CHOICE", "MON-001", "MON-002", "CAL-001", "GUA-002", "TND-027"),
    *("TND-005", "TND-050", "AUC-034"),
)


def sealing_texts(found: Workspace) -> dict[str, str]:
    """Return the texts by name; those of codes by the code."""
    until = {"required": found.call.required.until.isoformat()}
    return {
        **{each: said(Problem(each)) for each in _CODES},
        "GEN-LENGTH": said(Problem("GEN-LENGTH", None, {"min": "0", "max": "200"})),
        "TND-007": said(Problem("TND-007", None, until)),
        "left": _("{days} days {hours}:{minutes}:{seconds} left"),
        "late": _("The deadline has passed by the server's clock."),
        "missing": _("No file is chosen."),
        "size": _("{size} kB"),
        "empty": _("“{name}” is empty."),
        "twice": _("Two files are called “{name}”; rename one."),
        "long": _("The name “{name}” is too long."),
        "many": _("More than 190 files are not taken together; put some into one."),
        "large": _("The envelope would be larger than {limit} MB; take out or shrink files."),
        "wrong": _("Look at what is marked above; nothing was sealed or sent."),
        "sealing": _("Sealing here: {percent}"),
        "sending": _("Sending: {percent}"),
        "again": _("No connection. Trying again …"),
        "sent": _("Arrived"),
        "closing": _("Asking for the receipt …"),
        "away": _("No connection. Nothing is lost: press the button again."),
        "changed": _("A chosen file was changed or removed meanwhile. Choose it again."),
        "key": _("The key is not the one of the notice. Nothing was sealed; tell the unit."),
        "unable": _("This browser cannot seal: it needs a secure connection (https)."),
        "rials": _("rials"),
        "remove": _("Remove"),
        "forgotten": _("Forgotten in this browser."),
    }


def workspace_facts(session: Session, found: Workspace) -> dict[str, Any]:
    """Return what the page's script is told; quantities are exact texts."""
    call = found.call
    required, items = call.required, call.items
    return {
        "number": call.number,
        "bidder": found.bidder,
        "now": now().isoformat(),
        "deadline": found.sealed.deadline.isoformat(),
        "headers": queries.headers(session, found),
        "fingerprint": call.fingerprint,
        "least": None if call.least is None else str(call.least.amount),
        "largest": largest_stream(),
        "required": {
            "amount": str(required.amount.amount),
            "until": required.until.isoformat(),
            "beneficiary": required.beneficiary,
            "concerns": required.concerns,
        },
        "items": [
            {
                "position": e.position,
                "quantity": str(e.quantity),
                "shown": grouped(e.quantity, locale()),
            }
            for e in items
        ],
    }
