"""What the area's acts are called in the log of access (`engine.sdk.tell_act`)."""

from __future__ import annotations

from webapp.sdk import area_acts, lazy_gettext

_l = lazy_gettext

area_acts(
    "financial_documents",
    {
        "budget_line_added": _l("Budget line entered"),
        "budget_year_closed": _l("Year of the budget closed"),
        "budget_year_reopened": _l("Year of the budget reopened"),
        "credit_allocated": _l("Credit of a budget line allocated"),
        "credit_transferred": _l("Credit transferred to another budget line"),
        "invoice_entered": _l("Supplier's invoice entered"),
        "order_entered": _l("Order to a supplier entered"),
        "payee_entered": _l("Account of a payee entered"),
        "payee_verified": _l("Account of a payee verified"),
        "payroll_entered": _l("Payroll list taken in"),
        "receipt_entered": _l("Receipt for an order entered"),
        "settlement_reversed": _l("Settlement of an advance reversed"),
        "tolerance_confirmed": _l("Tolerance of the match put in force"),
        "tolerance_proposed": _l("Tolerance of the match proposed"),
    },
)
