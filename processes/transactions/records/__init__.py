"""The area's tables: firms, requests, purchases with their quotations."""

from processes.transactions.records.firms import Debarment, Firm, FirmGrade
from processes.transactions.records.purchases import (
    ENDED,
    Invitation,
    ItemPrice,
    Purchase,
    PurchaseKind,
    PurchaseState,
    Quotation,
)
from processes.transactions.records.requests import (
    GIVEN_UP,
    Category,
    Method,
    PurchaseRequest,
    RequestItem,
    RequestState,
)

__all__ = [
    "ENDED",
    "GIVEN_UP",
    "Category",
    "Debarment",
    "Firm",
    "FirmGrade",
    "Invitation",
    "ItemPrice",
    "Method",
    "Purchase",
    "PurchaseKind",
    "PurchaseRequest",
    "PurchaseState",
    "Quotation",
    "RequestItem",
    "RequestState",
]
