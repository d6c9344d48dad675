"""What the charts of analytics show, bar by bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from engine.queries.analytics.steps import Durations, StepFigures
from engine.queries.analytics.variants import Variants
from webapp.formatting import digits, quantity
from webapp.monitoring.analytics.asking import Question
from webapp.monitoring.analytics.charts import Bar, bars, stacked
from webapp.monitoring.analytics.words import percent, said, worked
from webapp.request import locale
from webapp.wording import Words, desk_name

_SHOWN = 12  #: bars of one chart; the table behind it has the others too


@dataclass(frozen=True, slots=True)
class Charts:
    """All of a page."""

    steps: list[tuple[Bar, Markup]]
    desks: list[tuple[Bar, Markup]]
    units: list[tuple[Bar, Markup]]
    kept: list[tuple[Bar, Markup]]
    ways: list[tuple[Bar, Markup]]


def charts(found: Durations, ways: Variants, asked: Question, words: Words) -> Charts:
    """Return the charts of a page."""
    return Charts(
        _drawn(_lasting(found.steps, lambda each: words.element(each.key, each.name))),
        _drawn(_lasting(found.desks, lambda each: desk_name(each.name))),
        _drawn(_lasting(found.units, lambda each: asked.unit_name(each.key))),
        _drawn(_kept(found.steps, words)),
        _drawn(_ways(ways)),
    )


def _drawn(rows: Iterable[Bar]) -> list[tuple[Bar, Markup]]:
    return bars(list(rows), from_right=locale() == "fa")


def _lasting(figures: Sequence[StepFigures], name: Callable[[StepFigures], str]) -> list[Bar]:
    """Return the median as a bar, and behind it how far nine in ten reach."""
    shown = [each for each in figures if each.whole is not None][:_SHOWN]
    longest = max((each.whole.high.total_seconds() for each in shown if each.whole), default=0)
    return [
        Bar(
            name(each),
            worked(each.whole.median),
            stacked(
                ("main", each.whole.median.total_seconds()),
                ("beyond", (each.whole.high - each.whole.median).total_seconds()),
                of=longest,
            ),
            Markup(_("nine in ten within %(span)s")) % {"span": worked(each.whole.high)},  # noqa: S704 - a catalogue's
        )
        for each in shown
        if each.whole
    ]


def _kept(figures: Sequence[StepFigures], words: Words) -> list[Bar]:
    return [
        Bar(
            words.element(each.key, each.name),
            percent(each.kept.percent),
            stacked(("good", each.kept.in_time), ("bad", each.kept.late), of=each.kept.count),
            said(
                _("%(in_time)s in time, %(late)s late"),
                in_time=each.kept.in_time,
                late=each.kept.late,
            ),
        )
        for each in figures
        if each.kept.count
    ][:_SHOWN]


def _ways(ways: Variants) -> list[Bar]:
    most = max((each.count for each in ways.shown), default=0)
    return [
        Bar(
            _("Way %(number)s", number=digits(number)),
            Markup(quantity(each.count)),  # noqa: S704 - a number
            stacked(("main", each.count), of=most),
            percent(each.percent),
        )
        for number, each in enumerate(ways.shown, 1)
    ]
