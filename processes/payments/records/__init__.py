"""The area's tables: payees, what is to be paid, orders, signatures, what the bank said."""

from processes.payments.records.bank import BankFile, BankLine, LineState
from processes.payments.records.batches import OrderBatch
from processes.payments.records.orders import Order, Signature
from processes.payments.records.payees import Basis, BasisLeg, DebitAccount, Payee, PayeeIban

__all__ = [
    "BankFile",
    "BankLine",
    "Basis",
    "BasisLeg",
    "DebitAccount",
    "LineState",
    "Order",
    "OrderBatch",
    "Payee",
    "PayeeIban",
    "Signature",
]
