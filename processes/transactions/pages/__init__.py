"""The area's pages under ``/areas/transactions/``: requests, firms, reports; open data for all."""

from processes.transactions.pages import firms, open_data, reporting, requests
from processes.transactions.pages.blueprint import bp

__all__ = ["bp", "firms", "open_data", "reporting", "requests"]
