"""What starts and answers mean to the area's records, inside the engine's transaction."""

from processes.transactions.answers import approving, direct, options, quoting, requesting

__all__ = ["approving", "direct", "options", "quoting", "requesting"]
