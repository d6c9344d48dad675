"""What the service tasks of the diagrams do, inside the transaction that finishes their job."""

from processes.financial_documents.handlers import vouchers

__all__ = ["vouchers"]
