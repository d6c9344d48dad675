"""Reports by mail: asked for and stopped on the page that shows the same figures."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import reports
from engine.model.report import Every
from engine.queries.analytics.own_chart import Chart
from webapp.monitoring.analytics.asking import question
from webapp.monitoring.analytics.pages import bp
from webapp.request import current_actor, now, reader, unit_of_work


@bp.post("/reports")
def send() -> ResponseReturnValue:
    """Have what the page shows sent by mail from now on."""
    with reader() as session:
        asked = question(session)
    every = next((each for each in Every if each.value == request.form.get("every")), Every.WEEK)
    if every is Every.MISSED and asked.target is None:
        flash(_("The settings of this process do not say how many deadlines are to be kept."))
    elif asked.definition is not None:
        process = asked.definition.process_id
        own = Chart.read(request.form.get("measure", ""), request.form.get("split", ""))
        wanted = reports.Wanted(process, asked.unit, asked.days, every, own.code if own else None)
        reports.ask(unit_of_work(), wanted, actor=current_actor(), at=now())
        flash(_("The report will come by mail, when the office opens."), "done")
    return redirect(url_for("analytics.index", **asked.args), 303)


@bp.post("/reports/<uuid:report_id>/stop")
def stop(report_id: UUID) -> ResponseReturnValue:
    """Have it sent no more."""
    reports.stop(unit_of_work(), report_id, actor=current_actor())
    flash(_("The report will not come any more."), "done")
    return redirect(url_for("analytics.index"), 303)
