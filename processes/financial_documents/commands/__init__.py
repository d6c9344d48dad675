"""The area's own acts outside a task; one function is one transaction.

Roles are held in the unit; the amounts and identifiers a person types are checked here, each
problem beside its field.
"""

from engine.sdk import units_of
from processes.financial_documents.commands.budgeting import (
    CLOSERS,
    KEEPERS,
    REOPENERS,
    add_line,
    allocate,
    close_year,
    reopen_year,
    transfer,
)
from processes.financial_documents.commands.ordering import (
    BUYERS,
    INVOICERS,
    RECEIVERS,
    enter_invoice,
    enter_order,
    enter_receipt,
)
from processes.financial_documents.commands.payroll import (
    LARGEST_PAYROLL,
    PAYROLL_KEEPERS,
    enter_payroll,
)
from processes.financial_documents.commands.settling import (
    BEGINNERS,
    REVERSERS,
    begin_settlement,
    reverse_settlement,
)
from processes.financial_documents.commands.trusting import (
    PAYEE_KEEPERS,
    TOLERANCE_KEEPERS,
    TOLERANCES,
    confirm_tolerance,
    enter_payee,
    propose_tolerance,
    verify_payee,
)

__all__ = [
    "BEGINNERS",
    "BUYERS",
    "CLOSERS",
    "INVOICERS",
    "KEEPERS",
    "LARGEST_PAYROLL",
    "PAYEE_KEEPERS",
    "PAYROLL_KEEPERS",
    "RECEIVERS",
    "REOPENERS",
    "REVERSERS",
    "TOLERANCES",
    "TOLERANCE_KEEPERS",
    "add_line",
    "allocate",
    "begin_settlement",
    "close_year",
    "confirm_tolerance",
    "enter_invoice",
    "enter_order",
    "enter_payee",
    "enter_payroll",
    "enter_receipt",
    "propose_tolerance",
    "reopen_year",
    "reverse_settlement",
    "transfer",
    "units_of",
    "verify_payee",
]
