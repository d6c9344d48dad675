"""The area's pages under ``/areas/transactions/``: requests, firms."""

from processes.transactions.pages import firms, requests
from processes.transactions.pages.blueprint import bp

__all__ = ["bp", "firms", "requests"]
