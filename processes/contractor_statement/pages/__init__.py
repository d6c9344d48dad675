"""The area's pages under ``/areas/contractor_statement/``: contracts, statements, documents."""

from processes.contractor_statement.pages import contracts, entering, indices, statements
from processes.contractor_statement.pages.blueprint import bp

__all__ = ["bp", "contracts", "entering", "indices", "statements"]
