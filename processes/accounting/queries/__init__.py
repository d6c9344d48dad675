"""What the pages of the books show."""

from processes.accounting.queries.entries import AccountPage, EntryPage, JournalPage
from processes.accounting.queries.scope import READERS, readable_units
from processes.accounting.queries.trial_balance import TrialBalance, trial_balance

__all__ = [
    "READERS",
    "AccountPage",
    "EntryPage",
    "JournalPage",
    "TrialBalance",
    "readable_units",
    "trial_balance",
]
