"""Contracts as technical offices send them: one spreadsheet, read whole or not at all."""

from processes.contractor_statement.importing.contract import ContractFile, read_contract

__all__ = ["ContractFile", "read_contract"]
