"""The area's own acts outside a task: bring in a contract, note what stands around it.

One function is one transaction. Roles are held in the contract's unit; the amounts and
identifiers a person types are checked here, so that pages and command line agree.
"""

from processes.contractor_statement.commands.crediting import NewCreditLine, add_credit_line
from processes.contractor_statement.commands.entered import CREDIT, FINANCE, ContractNotFound
from processes.contractor_statement.commands.importing import (
    IMPORTERS,
    ContractSetup,
    import_contract,
    keep_contract,
)
from processes.contractor_statement.commands.securing import (
    NewAccount,
    NewGuarantee,
    add_clearance,
    add_guarantee,
    add_payee_account,
    add_vat_registration,
)

__all__ = [
    "CREDIT",
    "FINANCE",
    "IMPORTERS",
    "ContractNotFound",
    "ContractSetup",
    "NewAccount",
    "NewCreditLine",
    "NewGuarantee",
    "add_clearance",
    "add_credit_line",
    "add_guarantee",
    "add_payee_account",
    "add_vat_registration",
    "import_contract",
    "keep_contract",
]
