"""What the area reads."""

from processes.transactions.queries import published, sealing

__all__ = ["published", "sealing"]
