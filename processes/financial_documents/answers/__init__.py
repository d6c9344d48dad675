"""What starts and answers mean to the area's records, inside the engine's transaction."""

from processes.financial_documents.answers import (
    ending,
    matching,
    opening,
    options,
    petty_cash,
    preparing,
    reviewing,
    settling,
)

__all__ = [
    "ending",
    "matching",
    "opening",
    "options",
    "petty_cash",
    "preparing",
    "reviewing",
    "settling",
]
