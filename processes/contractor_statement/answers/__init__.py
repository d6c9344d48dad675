"""What starts and answers mean to the area's records, inside the engine's transaction."""

from processes.contractor_statement.answers import (
    adjusting,
    advancing,
    ending,
    filing,
    finance,
    objecting,
    opening,
    options,
    recalling,
    releasing,
    reviewing,
    signing,
)

__all__ = [
    "adjusting",
    "advancing",
    "ending",
    "filing",
    "finance",
    "objecting",
    "opening",
    "options",
    "recalling",
    "releasing",
    "reviewing",
    "signing",
]
