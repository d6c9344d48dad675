"""What the letter of a report says, in the language of whom it goes to."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from engine.model.instance import InstanceState
from engine.model.report import Report
from engine.queries.analytics.own_chart import Chart
from engine.queries.analytics.report import ReportFigures
from engine.queries.analytics.steps import StepFigures
from webapp.formatting import digits, jalali_long
from webapp.monitoring.analytics.chart_words import paragraphs_of
from webapp.monitoring.analytics.spans import in_working_time
from webapp.texts import N_, texts_in
from webapp.wording import Words, words_of

_SAID: Final = 5  #: steps


def subject(told: ReportFigures) -> str:
    """Return what the letter is called."""
    language = told.reader.locale
    text = texts_in(language).gettext(N_("Divan, report: %(process)s"))
    return text % {"process": words_of(told.definition, language).process}


def paragraphs(told: ReportFigures) -> list[str]:
    """Return what it says, the whole first, then the steps that take most of the time."""
    language = told.reader.locale
    if told.chart is not None:
        return [jalali_long(told.sample.at, language), *paragraphs_of(told.chart, told)]
    words = words_of(told.definition, language)
    lines = [
        jalali_long(told.sample.at, language),
        _missed(told, language),
        _counts(told, language),
        _whole(told, language),
    ]
    lines += [_step(each, words, language) for each in told.found.steps[:_SAID] if each.whole]
    return [each for each in lines if each]


def path_of(report: Report) -> str:
    """Return the address of the page that shows the same."""
    asked = {"process": report.process_id, "days": report.days, "unit": report.unit or ""}
    chosen = Chart.of_code(report.chart) if report.chart else None
    if chosen is None:
        return f"/monitoring/analytics?{urlencode(asked)}"
    asked |= {"measure": chosen.measure.value, "split": chosen.split.value}
    return f"/monitoring/analytics/chart?{urlencode(asked)}"


def _counts(told: ReportFigures, language: str) -> str:
    counts = told.sample.counts
    text = texts_in(language).gettext(
        N_("Last %(days)s days: cases started %(started)s, finished of them %(finished)s,"
           " running %(running)s.")
    )  # fmt: skip
    numbers = {
        "days": told.report.days,
        "started": told.sample.count,
        "finished": counts.get(InstanceState.FINISHED, 0),
        "running": counts.get(InstanceState.RUNNING, 0),
    }
    return text % {key: digits(number, language) for key, number in numbers.items()}


def _whole(told: ReportFigures, language: str) -> str:
    if told.found.cases is None:
        return ""
    text = texts_in(language).gettext(
        N_("From start to end: median %(median)s, nine in ten within %(high)s."
           " Deadlines kept: %(kept)s.")
    )  # fmt: skip
    percent = told.found.kept.percent
    return text % {
        "median": in_working_time(told.found.cases.median, language),
        "high": in_working_time(told.found.cases.high, language),
        "kept": "–" if percent is None else digits(f"{percent}%", language),
    }


def _missed(told: ReportFigures, language: str) -> str:
    kept = told.found.kept
    if told.target is None or not kept.misses(told.target):
        return ""
    text = texts_in(language).gettext(
        N_("Fewer deadlines were kept than asked: %(kept)s of %(count)s, and %(target)s are asked.")
    )
    numbers = {"kept": kept.in_time, "count": kept.count, "target": f"{told.target}%"}
    return text % {key: digits(each, language) for key, each in numbers.items()}


def _step(each: StepFigures, words: Words, language: str) -> str:
    assert each.whole is not None
    text = texts_in(language).gettext(
        N_("%(step)s: median %(median)s, nine in ten within %(high)s, open now: %(open)s")
    )
    return text % {
        "step": words.element(each.key, each.name),
        "median": in_working_time(each.whole.median, language),
        "high": in_working_time(each.whole.high, language),
        "open": digits(each.open, language),
    }
