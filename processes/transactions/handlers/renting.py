"""What a worker does for leases by the clock."""

from __future__ import annotations

from datetime import timedelta

from engine.sdk import Turn, chore
from processes.transactions.commands.rents import earn_rents


@chore("transactions.rents", timedelta(hours=1))
def earn(turn: Turn) -> None:
    """Let rent be income of the months that are over."""
    earn_rents(turn.database, turn.at)
