"""Pages under ``/areas/transactions/``, a bidder's own at ``/bidding``, and what all may read."""

from processes.transactions.pages import (
    auctions,
    bidding,
    ceremony,
    contracts,
    evaluation,
    firms,
    guarantees,
    notices,
    open_data,
    prices,
    registration,
    reporting,
    requests,
    reverse,
    session,
    tenders,
    winners,
)
from processes.transactions.pages.blueprint import bp

__all__ = [
    "auctions",
    "bidding",
    "bp",
    "ceremony",
    "contracts",
    "evaluation",
    "firms",
    "guarantees",
    "notices",
    "open_data",
    "prices",
    "registration",
    "reporting",
    "requests",
    "reverse",
    "session",
    "tenders",
    "winners",
]
