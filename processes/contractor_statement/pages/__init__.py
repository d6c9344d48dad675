"""The area's pages under ``/areas/contractor_statement/``: contracts, statements, documents."""

from processes.contractor_statement.pages import acts, contracts, entering, indices, statements
from processes.contractor_statement.pages.blueprint import bp

__all__ = ["acts", "bp", "contracts", "entering", "indices", "statements"]
