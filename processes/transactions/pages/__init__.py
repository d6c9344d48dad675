"""Pages under ``/areas/transactions/``: requests, firms, guarantees, reports; open data for all."""

from processes.transactions.pages import (
    auctions,
    ceremony,
    firms,
    guarantees,
    open_data,
    reporting,
    requests,
    session,
    tenders,
)
from processes.transactions.pages.blueprint import bp

__all__ = [
    "auctions",
    "bp",
    "ceremony",
    "firms",
    "guarantees",
    "open_data",
    "reporting",
    "requests",
    "session",
    "tenders",
]
