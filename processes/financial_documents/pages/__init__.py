"""The area's pages under ``/areas/financial_documents/``: reports, and what people enter."""

from processes.financial_documents.pages import entering, payroll, reporting
from processes.financial_documents.pages.blueprint import bp

__all__ = ["bp", "entering", "payroll", "reporting"]
