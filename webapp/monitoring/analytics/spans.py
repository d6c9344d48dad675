"""Spans of working time in words, for letters: there is no page whose language they are in."""

from __future__ import annotations

from datetime import timedelta

from engine.values import grouped
from webapp.manner import Manner
from webapp.monitoring.analytics.words import WORKING_DAY, tenths
from webapp.texts import N_, texts_in


def in_working_time(span: timedelta, language: str) -> str:
    """Return a span of working time in words; a working day is eight hours of it."""
    texts = texts_in(language)
    if span < WORKING_DAY:
        text, number = texts.gettext(N_("%(count)s h")), tenths(span / timedelta(hours=1))
    else:
        number = tenths(span / WORKING_DAY)
        text = texts.gettext(N_("one working day") if number == 1 else N_("%(count)s working days"))
    return text % {"count": grouped(number, Manner.of(language).separators)}
