"""What the acts of this area are called in the log of access."""

from __future__ import annotations

from webapp.sdk import area_acts, lazy_gettext

_l = lazy_gettext

area_acts(
    "contractor_statement",
    {
        "clearance_added": _l("Social-security clearance of a contract entered"),
        "contract_imported": _l("Contract brought in from its spreadsheet"),
        "credit_line_added": _l("Credit line of a unit entered"),
        "debt_added": _l("Debt of a contractor entered"),
        "guarantee_added": _l("Guarantee of a contract entered"),
        "minute_added": _l("Minute of a contract entered"),
        "minute_withdrawn": _l("Minute of a contract withdrawn"),
        "new_price_added": _l("New price of a contract entered"),
        "notice_address_kept": _l("Contractor's address for letters changed"),
        "payee_account_added": _l("Account of a contractor entered"),
        "price_index_kept": _l("Price index entered"),
        "price_indices_kept": _l("List of price indices brought in"),
        "supplement_added": _l("Supplement of a contract entered"),
        "terms_agreed": _l("Other terms of a contract put in force"),
        "terms_proposed": _l("Other terms of a contract proposed"),
        "terms_refused": _l("Other terms of a contract refused"),
        "vat_registration_kept": _l("VAT registration of a contractor entered"),
    },
)
