"""What starts and answers mean to the area's records, inside the engine's transaction."""

from processes.transactions.answers import (
    approving,
    auction_offers,
    auctions,
    complaining,
    contract_options,
    contracting,
    direct,
    options,
    quoting,
    requesting,
    tender_approvals,
    tender_documents,
    tender_notice,
    tenders,
    waiver_board,
    waivers,
)

__all__ = [
    "approving",
    "auction_offers",
    "auctions",
    "complaining",
    "contract_options",
    "contracting",
    "direct",
    "options",
    "quoting",
    "requesting",
    "tender_approvals",
    "tender_documents",
    "tender_notice",
    "tenders",
    "waiver_board",
    "waivers",
]
