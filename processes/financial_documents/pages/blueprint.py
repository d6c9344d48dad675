"""The area's blueprint, its entry on the rail, and the names pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.errors import Problem
from engine.sdk import Actor
from processes.financial_documents.queries.tables import READERS
from processes.financial_documents.texts import AreaTexts
from webapp.sdk import area_blueprint, error_text, lazy_gettext, locale, nav_entry, role_title

_l = lazy_gettext

bp = area_blueprint("financial_documents", "processes.financial_documents", AreaTexts)


def reads_money(actor: Actor) -> bool:
    """Tell whether the actor reads the money of some unit."""
    return bool(actor.roles & READERS)


def reads_papers(actor: Actor) -> bool:
    """Tell whether the actor reads orders and what came of them."""
    return reads_money(actor) or bool(actor.roles & {"STOREKEEPER", "TECH_OFFICE"})


nav_entry("financial_documents.report_page", _l("Financial documents"), is_for=reads_money)
nav_entry("financial_documents.orders", _l("Orders and invoices"), is_for=reads_papers)

REPORT_NAMES: Final[Mapping[str, Any]] = {
    "budget": _l("Credit control"),
    "encumbrances": _l("Open encumbrances"),
    "vouchers": _l("Vouchers by state"),
    "exceptions": _l("Exceptions"),
    "advances": _l("Advances outstanding"),
    "petty_cash": _l("Petty cash"),
    "delegations": _l("Use of delegations"),
}
COLUMN_NAMES: Final[Mapping[str, Any]] = {
    "unit": _l("Unit"),
    "year": _l("Fiscal year"),
    "code": _l("Code"),
    "title": _l("Title"),
    "credit_type": _l("Kind of credit"),
    "approved": _l("Approved"),
    "allocated": _l("Allocated"),
    "reserved": _l("Reserved"),
    "committed": _l("Committed"),
    "paid": _l("Paid"),
    "free": _l("Free"),
    "age": _l("Age"),
    "days": _l("Days"),
    "number": _l("Number"),
    "line": _l("Budget line"),
    "state": _l("State"),
    "since": _l("Since"),
    "expires": _l("Holds until"),
    "amount": _l("Amount"),
    "voucher": _l("Voucher"),
    "type": _l("Type"),
    "payee": _l("Payee"),
    "gross": _l("Gross"),
    "net": _l("Net"),
    "exception": _l("Exception"),
    "by": _l("By"),
    "note": _l("Note"),
    "settle_by": _l("To be settled by"),
    "overdue": _l("Days overdue"),
    "holder": _l("Petty-cash holder"),
    "opened": _l("Opened on"),
    "refilled": _l("Refilled on"),
    "unsettled": _l("Days unsettled"),
    "float": _l("Float"),
    "claimed": _l("Receipts claimed"),
    "cash": _l("Cash on hand"),
    "approved_as": _l("Authority"),
    "commitment": _l("Whole commitment"),
    "given": _l("Paid"),
    "recovered": _l("Deducted"),
    "outstanding": _l("Left to settle"),
    "overdue_age": _l("Age overdue"),
    "deduct": _l("To be deducted since"),
}
WORDS: Final[Mapping[str, Any]] = {
    "CURRENT": _l("Current"),
    "CAPITAL": _l("Capital"),
    "MONTH": _l("up to 30 days"),
    "QUARTER": _l("31 to 90 days"),
    "OLDER": _l("more than 90 days"),
    "RESERVED": _l("Reserved"),
    "COMMITTED": _l("Committed"),
    "EXPENSE": _l("Expense"),
    "INVOICE": _l("Supplier's invoice"),
    "PAYROLL": _l("Payroll list"),
    "ADVANCE": _l("Advance"),
    "ON_ACCOUNT": _l("On account"),
    "PETTY_CASH": _l("Petty cash"),
    "SETTLEMENT": _l("Excess of a settled advance"),
    "CONFIRMED": _l("Cash is there"),
    "EXCESS": _l("Settled, excess to be paid"),
    "RECOVERED": _l("Recovered by deductions"),
    "NOT_DUE": _l("not due"),
    "DRAFT": _l("Draft"),
    "SUBMITTED": _l("Submitted"),
    "CHECKED": _l("Checked"),
    "CREDIT_OK": _l("Credit reserved"),
    "APPROVED": _l("Approved"),
    "CONTROLLED": _l("Controlled"),
    "ORDERED": _l("Payment ordered"),
    "PAID": _l("Paid"),
    "POSTED": _l("Posted"),
    "RETURNED": _l("Returned"),
    "REJECTED": _l("Rejected"),
    "REVERSED": _l("Reversed"),
    "TOLERANCE": _l("Within tolerance"),
    "DUPLICATE": _l("Looks like a duplicate"),
    "SPLIT": _l("Split commitment"),
    "INSISTED": _l("Insisted payment"),
    "REOPENED": _l("Reopened year"),
    "DEPUTY": _l("Deputy for finance"),
    "ENTERED": _l("Entered"),
    "IN_VOUCHER": _l("In a voucher"),
    "OPEN": _l("Open"),
    "SETTLED": _l("Settled"),
    "GOODS": _l("Goods"),
    "SERVICE": _l("Service"),
}
TOLERANCE_NAMES: Final[Mapping[str, Any]] = {
    "match.quantity.tolerance": _l("Quantity received above the order (share)"),
    "match.price.tolerance": _l("Price above the order (share)"),
    "match.price.cap": _l("Price above the order, at most for a line (rials)"),
}


def word(code: str | None) -> Any:
    """Return what a code is called; a role by its own name."""
    if code is None:
        return ""
    return WORDS.get(code) or role_title(code)


def said(problem: Problem) -> str:
    """Say a problem in the area's own words."""
    return error_text(problem, AreaTexts(locale()))


@bp.context_processor
def _names() -> dict[str, Any]:
    """Give every template of the area the names of codes."""
    return {
        "report_names": REPORT_NAMES,
        "column_names": COLUMN_NAMES,
        "tolerance_names": TOLERANCE_NAMES,
        "word": word,
        "page_language": locale(),
    }
