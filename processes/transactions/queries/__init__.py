"""What the area reads."""

from processes.transactions.queries import opened_papers, published, sealing

__all__ = ["opened_papers", "published", "sealing"]
