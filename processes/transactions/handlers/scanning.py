"""What a worker does for opened envelopes by the clock."""

from __future__ import annotations

from datetime import timedelta

from engine.sdk import Turn, chore
from processes.transactions.commands.opened_scans import scan_waiting


@chore("transactions.opened_scans", timedelta(minutes=1))
def scan_opened(turn: Turn) -> None:
    """Let the virus scanner look at files that nobody has looked at."""
    scan_waiting(turn)
