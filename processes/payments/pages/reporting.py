"""The reports of payments (`domain.md` §4.11)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from processes.payments.pages.blueprint import bp, reads_payments
from processes.payments.queries.pages import reports as read_reports
from webapp.sdk import current_actor, not_found, now, reader, render


@bp.get("/reports")
def reports() -> ResponseReturnValue:
    """Show payments by day, what waits and what went wrong, over the last year."""
    actor = current_actor()
    if not reads_payments(actor):
        return not_found()
    with reader() as session:
        return render("payments/reports.html", page=read_reports(session, actor, now()))
