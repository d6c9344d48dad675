"""Spans of time by the clock, in words."""

from __future__ import annotations

from datetime import timedelta

from webapp.formatting import digits
from webapp.texts import N_, texts_in


def by_the_clock(took: timedelta, language: str) -> str:
    """Return a span in days and whole hours, rounded down; less than an hour in minutes."""
    texts = texts_in(language)
    if took < timedelta(hours=1):
        text = texts.gettext(N_("%(count)s min"))
        return text % {"count": digits(took // timedelta(minutes=1), language)}
    days, hours = divmod(took // timedelta(hours=1), 24)
    said = []
    if days:
        text = texts.ngettext("%(count)s day", "%(count)s days", days)
        said.append(text % {"count": digits(days, language)})
    if hours:
        text = texts.ngettext("%(count)s hour", "%(count)s hours", hours)
        said.append(text % {"count": digits(hours, language)})
    return texts.gettext(N_(" and ")).join(said)
