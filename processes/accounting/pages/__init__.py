"""The pages of the books, under ``/areas/accounting``."""

from processes.accounting.pages import acts, books, by_hand, closing, tables
from processes.accounting.pages.blueprint import bp

__all__ = ["acts", "books", "bp", "by_hand", "closing", "tables"]
