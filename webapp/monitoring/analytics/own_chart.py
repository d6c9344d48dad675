"""Charts of one's own: a figure and what it is split by, kept under a name, sent by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.commands import preferences
from engine.model.report import Every
from engine.queries.analytics import report
from engine.queries.analytics.own_chart import Chart, Line, Measure, Split, draw
from engine.queries.analytics.sample import take
from webapp.formatting import quantity
from webapp.monitoring import own_overview
from webapp.monitoring.analytics.asking import PERIODS, SAID, Question, period_name, question
from webapp.monitoring.analytics.chart_words import MEASURES, SPLITS, name_of_line, title_of
from webapp.monitoring.analytics.charts import Bar, bars, stacked
from webapp.monitoring.analytics.pages import bp
from webapp.monitoring.analytics.words import percent, worked
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import words_of

MOST: Final = 20  #: charts of one person
_LONGEST: Final = 80  #: characters of a chart's name
_KEPT: Final = "analytics.charts"
_USUAL: Final = Chart(Measure.KEPT, Split.STEP)


@bp.get("/chart")
def chart() -> ResponseReturnValue:
    """Show a figure of the cases of a process, split by what is chosen."""
    asked_for = _asked()
    with reader() as session:
        asked = question(session)
        about = asked.asked
        if about is None or asked.definition is None:
            return render_template("monitoring/analytics/nothing.html", **_ROOM)
        sample = take(session, current_actor(), about, now())
        found = draw(session, current_actor(), sample, asked_for) if asked_for else None
        own = [each for each in report.own(session, current_actor()) if each.chart]
    page = render_template(
        "monitoring/analytics/chart.html",
        asked=asked,
        periods=[(each, period_name(each)) for each in PERIODS],
        measures=MEASURES,
        splits=SPLITS,
        chosen=asked_for,
        title=title_of(asked_for, locale()) if asked_for else _("A chart of your own"),
        said=request.args,
        rows=_drawn(found.lines, asked, asked_for) if found and asked_for else [],
        found=found,
        kept=_links(),
        every=[(each, text) for each, text in SAID.items() if each is not Every.MISSED],
        has_reports=bool(own),
        **_ROOM,
    )
    return page, 200 if asked_for else 422


@bp.get("/chart/drawn")
def drawn_chart() -> ResponseReturnValue:
    """Give a kept chart without a page around it: a part of the overview asks so for it."""
    asked_for = _asked()
    with reader() as session:
        asked = question(session)
        about, said = asked.asked, request.args
        is_there = asked.args.get("process"), asked.args.get("unit")
        if (
            about is None
            or asked_for is None
            or is_there != (said.get("process"), said.get("unit"))
        ):
            return render_template("monitoring/analytics/drawn.html", gone=True)
        found = draw(
            session, current_actor(), take(session, current_actor(), about, now()), asked_for
        )
    return render_template(
        "monitoring/analytics/drawn.html",
        asked=asked,
        measures=MEASURES,
        splits=SPLITS,
        chosen=asked_for,
        title=title_of(asked_for, locale()),
        period=period_name(asked.days),
        rows=_drawn(found.lines, asked, asked_for),
        found=found,
    )


@bp.post("/chart/keep")
def keep_chart() -> ResponseReturnValue:
    """Keep a chart under a name."""
    with reader() as session:
        asked = question(session)
    asked_for = _asked()
    name = " ".join(request.form.get("name", "").split())[:_LONGEST]
    kept = dict(current_actor().preferences[_KEPT])
    if not name or asked_for is None:
        flash(_("A chart needs a name, and a figure that can be split so."), "wrong")
    elif name not in kept and len(kept) >= MOST:
        flash(_("You have many charts; forget one first."), "wrong")
    else:
        _keep(kept | {name: urlencode(_args(asked, asked_for))})
        if request.form.get("pinned"):
            own_overview.pin(name)
        flash(_("Kept. The chart stands above."), "done")
    return redirect(url_for("analytics.chart", **_args(asked, asked_for)), 303)


@bp.post("/chart/forget")
def forget_chart() -> ResponseReturnValue:
    """Forget a chart."""
    kept = dict(current_actor().preferences[_KEPT])
    kept.pop(request.form.get("name", ""), None)
    _keep(kept)
    return redirect(url_for("analytics.chart"), 303)


def _asked() -> Chart | None:
    """Return the chart that is asked for; ``None``: it would say nothing."""
    said = request.values
    measure, split = said.get("measure"), said.get("split")
    return _USUAL if measure is None and split is None else Chart.read(measure or "", split or "")


def _args(asked: Question, chosen: Chart | None) -> dict[str, Any]:
    if chosen is None:
        return asked.args
    return {**asked.args, "measure": chosen.measure.value, "split": chosen.split.value}


def _keep(kept: dict[str, str]) -> None:
    preferences.keep(unit_of_work(), _KEPT, kept, actor=current_actor(), at=now())


def _links() -> list[tuple[str, str]]:
    base = url_for("analytics.chart")
    kept = current_actor().preferences[_KEPT]
    return [(name, f"{base}?{query}") for name, query in sorted(kept.items())]


def _drawn(found: tuple[Line, ...], asked: Question, chosen: Chart) -> list[tuple[Bar, Markup]]:
    assert asked.definition is not None
    words = words_of(asked.definition)
    most = 100.0 if chosen.measure is Measure.KEPT else max(map(_size, found), default=0.0)
    rows = [
        Bar(
            name_of_line(each, chosen, words, asked.unit_name, locale()),
            value_of(each, chosen),
            stacked(("main", _size(each)), of=most),
        )
        for each in found
    ]
    return bars(rows, from_right=locale() == "fa")


def _size(line: Line) -> float:
    return line.value.total_seconds() if isinstance(line.value, timedelta) else line.value


def value_of(line: Line, chosen: Chart) -> Markup:
    """Return the figure of a bar in words."""
    if isinstance(line.value, timedelta):
        return worked(line.value)
    return percent(line.value) if chosen.measure is Measure.KEPT else Markup(quantity(line.value))  # noqa: S704 - a number


_ROOM = {"nav": "monitoring", "room": "analytics"}
