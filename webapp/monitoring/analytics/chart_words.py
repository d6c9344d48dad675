"""What a chart of one's own and its bars are called, on the page and in a letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from engine.queries.analytics.own_chart import Chart, Line, Measure, Split
from engine.queries.analytics.report import ReportFigures
from engine.values import MONTHS
from webapp.formatting import digits
from webapp.monitoring.analytics.spans import in_working_time
from webapp.texts import N_, texts_in
from webapp.wording import Words, desk_name, words_of

MEASURES: Final[Mapping[Measure, str]] = {
    Measure.STARTED: N_("Cases started"),
    Measure.FINISHED: N_("Cases finished"),
    Measure.TOOK: N_("From start to end, median"),
    Measure.ANSWERS: N_("Answers given"),
    Measure.ANSWERING: N_("Until an answer, median"),
    Measure.KEPT: N_("Deadlines kept"),
}
SPLITS: Final[Mapping[Split, str]] = {
    Split.UNIT: N_("by unit"),
    Split.MONTH: N_("by month"),
    Split.STEP: N_("by step"),
    Split.DESK: N_("by desk"),
}


def title_of(chosen: Chart, language: str) -> str:
    """Return what a chart is called.

    >>> from engine.queries.analytics.own_chart import Measure, Split
    >>> title_of(Chart(Measure.KEPT, Split.UNIT), "en")
    'Deadlines kept, by unit'
    """
    texts = texts_in(language)
    parts = (MEASURES[chosen.measure], ", ", SPLITS[chosen.split])
    return "".join(texts.gettext(each) for each in parts)


def name_of_line(
    line: Line, chosen: Chart, words: Words, unit_name: Callable[[str], str], language: str
) -> str:
    """Return the name of a unit, a Jalali month, a step or a desk."""
    if chosen.split is Split.UNIT:
        return unit_name(line.key)
    if chosen.split is Split.MONTH:
        year, _, month = line.key.partition("-")
        return f"{MONTHS[language][int(month) - 1]} {digits(year, language)}"
    if chosen.split is Split.STEP:
        return words.element(line.key, line.name)
    return desk_name(line.name, language=language)


def paragraphs_of(chosen: Chart, told: ReportFigures) -> list[str]:
    """Return what the letter of a chart says: its name, then a line for each bar."""
    language = told.reader.locale
    words = words_of(told.definition, language)

    def unit_name(code: str) -> str:
        titles = told.units.get(code)
        return code if titles is None else titles[0 if language == "fa" else 1]

    said = [title_of(chosen, language)]
    for each in told.lines:
        name = name_of_line(each, chosen, words, unit_name, language)
        said.append(f"{name}: {_value(each, chosen, language)}")
    return said


def _value(line: Line, chosen: Chart, language: str) -> str:
    if isinstance(line.value, timedelta):
        return in_working_time(line.value, language)
    return digits(f"{line.value}%" if chosen.measure is Measure.KEPT else line.value, language)
