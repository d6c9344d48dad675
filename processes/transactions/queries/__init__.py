"""What the area reads."""

from processes.transactions.queries import sealing

__all__ = ["sealing"]
