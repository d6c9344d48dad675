"""The pages of the books, under ``/areas/accounting``."""

from processes.accounting.pages import books, closing, tables
from processes.accounting.pages.blueprint import bp

__all__ = ["books", "bp", "closing", "tables"]
