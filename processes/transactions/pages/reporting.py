"""The report of what was bought (`domain.md` §3.12)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from processes.transactions import registry
from processes.transactions.pages.blueprint import bp, reads_transactions
from processes.transactions.queries.reports import report as read_report
from webapp.sdk import current_actor, locale, not_found, now, reader, render, unit_title


@bp.get("/reports")
def reports() -> ResponseReturnValue:
    """Show methods, savings, competition, exceptions and suppliers of the last year."""
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        page = read_report(session, actor, now())
    return render(
        "transactions/reports.html",
        page=page,
        unit_title=unit_title,
        packs=registry.packs(),
        page_language=locale(),
    )
