"""What the service tasks of the diagrams do, inside the transaction that finishes their job."""

from processes.contractor_statement.handlers import (
    computing,
    keeping,
    paying,
    printing,
    reviewing,
)

__all__ = ["computing", "keeping", "paying", "printing", "reviewing"]
