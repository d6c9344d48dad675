"""The area's tables: firms with their grades and debarments."""

from processes.transactions.records.firms import Debarment, Firm, FirmGrade

__all__ = ["Debarment", "Firm", "FirmGrade"]
