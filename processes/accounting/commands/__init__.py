"""What is written to the books: entries, and months that close."""

from processes.accounting.commands.closing import KEEPERS, close_month, reopen_month
from processes.accounting.commands.posting import Happened, post, post_lines, reverse_last

__all__ = [
    "KEEPERS",
    "Happened",
    "close_month",
    "post",
    "post_lines",
    "reopen_month",
    "reverse_last",
]
