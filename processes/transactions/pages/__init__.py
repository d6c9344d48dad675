"""Pages under ``/areas/transactions/``: requests, firms, guarantees, reports; open data for all."""

from processes.transactions.pages import (
    auctions,
    ceremony,
    contracts,
    evaluation,
    firms,
    guarantees,
    open_data,
    prices,
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
    "bp",
    "ceremony",
    "contracts",
    "evaluation",
    "firms",
    "guarantees",
    "open_data",
    "prices",
    "reporting",
    "requests",
    "reverse",
    "session",
    "tenders",
    "winners",
]
