"""The area's pages under ``/areas/payments/``: orders, what is to be paid, the bank's lines."""

from processes.payments.pages import orders, reconciling, reporting
from processes.payments.pages.blueprint import bp

__all__ = ["bp", "orders", "reconciling", "reporting"]
