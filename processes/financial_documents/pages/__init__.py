"""The area's pages under ``/areas/financial_documents/``: reports, and what people enter."""

from processes.financial_documents.pages import acts, entering, payroll, reporting
from processes.financial_documents.pages.blueprint import bp

__all__ = ["acts", "bp", "entering", "payroll", "reporting"]
