"""What the service tasks of the diagrams do, inside the transaction that finishes their job."""

from processes.contractor_statement.handlers import computing, paying, reviewing

__all__ = ["computing", "paying", "reviewing"]
