"""The pages of analytics."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import bpmn
from engine.commands.models import model_of
from engine.model.report import Every
from engine.queries.analytics import report
from engine.queries.analytics.conformance import conformance
from engine.queries.analytics.forecast import FEWEST, forecast
from engine.queries.analytics.outliers import branches, outliers
from engine.queries.analytics.own_chart import Chart
from engine.queries.analytics.sample import MOST, MOST_COUNTED, take
from engine.queries.analytics.steps import by_person, durations
from engine.queries.analytics.variants import variants
from engine.queries.people import names
from engine.storage.bundles import latest
from webapp.monitoring.analytics import drawing
from webapp.monitoring.analytics.asking import PERIODS, SAID, period_name, question
from webapp.monitoring.analytics.chart_words import title_of
from webapp.monitoring.analytics.words import percent, worked
from webapp.request import current_actor, locale, now, reader, services
from webapp.wording import words_of

bp = Blueprint("analytics", __name__, url_prefix="/monitoring/analytics")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show how long cases of a process take, where they wait, which ways they go."""
    with reader() as session:
        asked = question(session)
        about = asked.asked
        if about is None or asked.definition is None:
            return render_template("monitoring/analytics/nothing.html", **_ROOM)
        sample = take(session, current_actor(), about, now())
        found, ways = durations(sample), variants(sample)
        order = bpmn.order_of(model_of(asked.definition.bundle), about.process_id)
        conforming = conformance(session, sample, order)
        is_personal = services().settings.monitoring.personal_figures
        people = by_person(sample) if is_personal else ()
        named = names(session, [each.key for each in people])
        own = report.own(session, current_actor())
    words = words_of(asked.definition)
    return render_template(
        "monitoring/analytics/index.html",
        asked=asked,
        periods=[(each, period_name(each)) for each in PERIODS],
        sample=sample,
        most=MOST,
        most_counted=MOST_COUNTED,
        found=found,
        ways=ways,
        unusual=outliers(sample),
        branches=branches(sample),
        conforming=conforming,
        is_personal=is_personal,
        people=people,
        named=named,
        words=words,
        charts=drawing.charts(found, ways, asked, words),
        reports=own,
        names={each.process_id: words_of(each).process for each in asked.definitions},
        every={
            each: said for each, said in SAID.items() if asked.target or each is not Every.MISSED
        },
        saids=SAID,
        charts_by_mail={
            each.chart: title_of(chosen, locale())
            for each in own
            if each.chart and (chosen := Chart.of_code(each.chart))
        },
        target=asked.target,
        worked=worked,
        percent=percent,
        **_ROOM,
    )


@bp.get("/forecast/<uuid:case_id>")
def expected(case_id: UUID) -> ResponseReturnValue:
    """Show when a running case is expected to end, and by what that is known."""
    with reader() as session:
        found = forecast(session, current_actor(), case_id, now())
        words = words_of(latest(session, found.process_id)) if found else None
    return render_template(
        "monitoring/analytics/forecast.html",
        case_id=case_id,
        found=found,
        step=words.element(found.element_id, found.name) if found and words else "",
        fewest=FEWEST,
        title=_("Expected end"),
        **_ROOM,
    )


_ROOM = {"nav": "monitoring", "room": "analytics"}
