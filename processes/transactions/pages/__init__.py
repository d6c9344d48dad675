"""The area's pages under ``/areas/transactions/``: requests, firms, reports."""

from processes.transactions.pages import firms, reporting, requests
from processes.transactions.pages.blueprint import bp

__all__ = ["bp", "firms", "reporting", "requests"]
