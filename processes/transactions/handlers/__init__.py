"""What the service tasks of the diagrams do, inside the transaction that finishes their job."""

from processes.transactions.handlers import (
    alerts,
    auctions,
    complaining,
    contracting,
    keeping,
    prequalifying,
    purchases,
    registering,
    requests,
    sampling,
    scanning,
    supplementing,
    tender_results,
    tenders,
    waivers,
    watching,
)

__all__ = [
    "alerts",
    "auctions",
    "complaining",
    "contracting",
    "keeping",
    "prequalifying",
    "purchases",
    "registering",
    "requests",
    "sampling",
    "scanning",
    "supplementing",
    "tender_results",
    "tenders",
    "waivers",
    "watching",
]
