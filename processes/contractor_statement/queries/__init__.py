"""What the area reads: page models and the rows of line tables."""

from processes.contractor_statement.queries.certified import (
    advance_paid,
    certified_before,
    last_certified,
    next_statement_no,
    quantities_certified,
)
from processes.contractor_statement.queries.lines import ENTRY, line_table, statement_lines

__all__ = [
    "ENTRY",
    "advance_paid",
    "certified_before",
    "last_certified",
    "line_table",
    "next_statement_no",
    "quantities_certified",
    "statement_lines",
]
