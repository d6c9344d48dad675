"""The area's pages under ``/areas/payments/``: orders, what is to be paid, the bank's lines."""

from processes.payments.pages import acts, orders, reconciling, reporting
from processes.payments.pages.blueprint import bp

__all__ = ["acts", "bp", "orders", "reconciling", "reporting"]
