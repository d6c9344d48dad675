"""What is written to the books: entries, and months that close."""

from processes.accounting.commands.closing import KEEPERS, close_month, close_year, reopen_month
from processes.accounting.commands.posting import Happened, post, post_lines, reverse_last
from processes.accounting.commands.proposing import (
    POSTERS,
    PROPOSERS,
    post_proposed,
    propose,
    propose_reversal,
    refuse_proposed,
)

__all__ = [
    "KEEPERS",
    "POSTERS",
    "PROPOSERS",
    "Happened",
    "close_month",
    "close_year",
    "post",
    "post_lines",
    "post_proposed",
    "propose",
    "propose_reversal",
    "refuse_proposed",
    "reopen_month",
    "reverse_last",
]
