"""What the service tasks of the diagrams do, inside the transaction that finishes their job."""

from processes.payments.handlers import accounts, asking, sending, statuses

__all__ = ["accounts", "asking", "sending", "statuses"]
