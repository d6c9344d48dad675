"""The tables of the books: entries with their lines, and closed months."""

from processes.accounting.records.closing import ClosedMonth
from processes.accounting.records.entries import LedgerEntry, LedgerLine
from processes.accounting.records.proposals import ProposedEntry

__all__ = ["ClosedMonth", "LedgerEntry", "LedgerLine", "ProposedEntry"]
