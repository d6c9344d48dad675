"""What the service tasks of the diagrams do, inside the transaction that finishes their job."""

from processes.financial_documents.handlers import advances, vouchers

__all__ = ["advances", "vouchers"]
