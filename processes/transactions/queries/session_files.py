"""Files that came out of envelopes, as the commission asks for them."""

from __future__ import annotations

from uuid import UUID

from engine.sdk import NotFound
from processes.transactions.queries.session import Looks, SessionPage
from processes.transactions.records.sealing import OpenedFile
from processes.transactions.rules.envelope_order import ORDER


def file_of(page: SessionPage, bid_id: UUID, kind: str, place: int) -> OpenedFile:
    """Return a file that came out of an envelope, for the commission.

    Raises:
        NotFound: there is none, or the actor only watches or has an interest in a bidder.
    """
    has_interest = page.mine is not None and page.mine.conflict is not None
    if page.looks is not Looks.BIDDER and not has_interest and kind in ORDER:
        bid = next((each for each in page.bids if each.id == bid_id), None)
        files = bid.envelopes[kind].files if bid else ()
        for each in files:
            if each.position == place:
                return each
    raise NotFound(f"no file {place} of {bid_id}/{kind}")
