"""The area's own acts outside a task: bring in a contract, note what stands around it.

One function is one transaction. Roles are held in the contract's unit; the amounts and
identifiers a person types are checked here, so that pages and command line agree.
"""

from processes.contractor_statement.commands.accepting import (
    NewMinute,
    add_minute,
    withdraw_minute,
)
from processes.contractor_statement.commands.amending import (
    AMENDERS,
    HEADS,
    Decision,
    NewTerms,
    decide_terms,
    propose_terms,
)
from processes.contractor_statement.commands.changing import (
    NewPrice,
    NewSupplement,
    add_debt,
    add_new_price,
    add_supplement,
)
from processes.contractor_statement.commands.crediting import NewCreditLine, add_credit_line
from processes.contractor_statement.commands.desks import (
    ACCEPTANCE,
    CREDIT,
    FINANCE,
    INDICES,
    ContractNotFound,
)
from processes.contractor_statement.commands.importing import (
    IMPORTERS,
    ContractSetup,
    import_contract,
    keep_contract,
)
from processes.contractor_statement.commands.indexing import NewIndex, keep_index, keep_indices
from processes.contractor_statement.commands.notifying import keep_notice_address
from processes.contractor_statement.commands.securing import (
    NewAccount,
    NewGuarantee,
    add_clearance,
    add_guarantee,
    add_payee_account,
    add_vat_registration,
)

__all__ = [
    "ACCEPTANCE",
    "AMENDERS",
    "CREDIT",
    "FINANCE",
    "HEADS",
    "IMPORTERS",
    "INDICES",
    "ContractNotFound",
    "ContractSetup",
    "Decision",
    "NewAccount",
    "NewCreditLine",
    "NewGuarantee",
    "NewIndex",
    "NewMinute",
    "NewPrice",
    "NewSupplement",
    "NewTerms",
    "add_clearance",
    "add_credit_line",
    "add_debt",
    "add_guarantee",
    "add_minute",
    "add_new_price",
    "add_payee_account",
    "add_supplement",
    "add_vat_registration",
    "decide_terms",
    "import_contract",
    "keep_contract",
    "keep_index",
    "keep_indices",
    "keep_notice_address",
    "propose_terms",
    "withdraw_minute",
]
