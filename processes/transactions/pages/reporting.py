"""The report of what was bought (`domain.md` §3.12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask.typing import ResponseReturnValue

from engine.values import local_date
from processes.transactions import registry
from processes.transactions.pages.blueprint import bp, reads_transactions
from processes.transactions.queries.figures import figures
from processes.transactions.queries.frameworks import framework_list
from processes.transactions.queries.instalments import open_instalments
from processes.transactions.queries.reports import report as read_report
from processes.transactions.queries.samples import sample_list
from webapp.sdk import (
    current_actor,
    lazy_gettext,
    locale,
    not_found,
    now,
    reader,
    render,
    unit_title,
)

_l = lazy_gettext

WAIVER_REASONS: Final[Mapping[str, Any]] = {
    "SOLE_SOURCE": _l("One supplier only"),
    "CONTINUATION": _l("Continues a work that nobody else can"),
    "STATE_PRICE": _l("A price set by the state"),
    "CONFIDENTIAL": _l("Confidential"),
    "FAILED_TENDER": _l("A tender without a winner"),
    "EMERGENCY": _l("Emergency"),
}
WAIVER_STATES: Final[Mapping[str, Any]] = {
    "ASKED": _l("Waiver asked for"),
    "DECIDED": _l("Decided by the board"),
    "REFUSED": _l("Refused"),
    "URGENT": _l("Urgent, reported on afterwards"),
}
COMPLAINT_OUTCOMES: Final[Mapping[str, Any]] = {
    "OPEN": _l("Still open"),
    "REJECTED": _l("Complaint rejected"),
    "CORRECTED": _l("Corrected"),
    "STEP_REPEATED": _l("Step repeated"),
    "CANCELLED": _l("Tender cancelled"),
    "DROPPED": _l("Dropped with its case"),
}
TOLD_STAGES: Final[Mapping[str, Any]] = {
    "PLANNED": _l("Credit reserved"),
    "AWARDED": _l("Supplier chosen"),
    "CONTRACT": _l("Order placed"),
}


@bp.get("/reports")
def reports() -> ResponseReturnValue:
    """Show methods, savings, competition, exceptions and suppliers of the last year."""
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        page, found = read_report(session, actor, now()), figures(session, actor, now())
        return render(
            "transactions/reports.html",
            page=page,
            figures=found,
            samples=sample_list(session, actor),
            instalments=open_instalments(session, actor, local_date(now())),
            frameworks=framework_list(session, actor, "", 1).rows,
            waiver_reasons=WAIVER_REASONS,
            waiver_states=WAIVER_STATES,
            outcomes=COMPLAINT_OUTCOMES,
            told_stages=TOLD_STAGES,
            unit_title=unit_title,
            packs=registry.packs(),
            page_language=locale(),
        )
