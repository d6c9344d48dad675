"""How values look on pages: digits and dates of the language, numbers isolated left to right.

Every number and date comes as a ``<bdi dir="ltr">``: in a right-to-left line an unisolated
minus or slash would jump to the wrong side (R-TXT-02).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from flask_babel import gettext as _
from flask_babel import ngettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from engine.values import (
    TEHRAN,
    JalaliDate,
    Percentage,
    Rial,
    grouped,
    in_english_words,
    in_persian_words,
    local_date,
    persian_digits,
)
from webapp.request import locale, now

#: A deadline this near is worth a word.
SOON = timedelta(days=2)

#: A run of Latin letters and digits, with the marks that join them to one code.
_RUN: Final = re.compile(r"([A-Za-z0-9]+(?:[-/._:][A-Za-z0-9]+)*)")

DueState = Literal["none", "overdue", "today", "soon", "later"]


def digits(text: object) -> str:
    """Show a text with the digits of the page's language."""
    return persian_digits(str(text)) if locale() == "fa" else str(text)


def rial(amount: Rial | int | None) -> str:
    """Show an amount in groups of three; nothing for ``None``."""
    if amount is None:
        return ""
    whole = amount.amount if isinstance(amount, Rial) else int(amount)
    return _isolated(grouped(whole, locale()), "rial")


def amount_in_words(amount: Rial | int | None) -> str:
    """Spell an amount out with its currency, as legal documents need it (R-MON-05)."""
    if amount is None:
        return ""
    whole = amount.amount if isinstance(amount, Rial) else int(amount)
    if locale() == "fa":
        return f"{in_persian_words(whole)} ریال"
    return f"{in_english_words(whole)} rials"


def quantity(number: Decimal | int | str | None) -> str:
    """Show an exact quantity without needless zeros."""
    if number is None or number == "":
        return ""
    return _isolated(grouped(_plain(Decimal(str(number))), locale()), "number")


def percentage(rate: Percentage | Decimal | int | str | None) -> str:
    """Show a rate with the percent sign of the language."""
    if rate is None or rate == "":
        return ""
    percent = rate.percent if isinstance(rate, Percentage) else Decimal(str(rate))
    sign = "٪" if locale() == "fa" else "%"
    return _isolated(f"{grouped(_plain(percent), locale())}{sign}", "number")


def jalali(on: date | datetime | str | None) -> str:
    """Show a day as ``1404/07/30``, the day it is in Tehran."""
    if not on:
        return ""
    day = _day(on)
    return _time(day.isoformat(), digits(JalaliDate.of(day)))


def jalali_due(due_at: datetime | None) -> str:
    """Show the last day of a deadline: one that ends at 24:00 belongs to the day before."""
    return jalali(_last_day(due_at)) if due_at else ""


def jalali_long(on: date | datetime | str | None) -> str:
    """Show a day in words: «شنبه ۳۰ آبان ۱۴۰۵»."""
    return JalaliDate.of(_day(on)).long(locale()) if on else ""


def jalali_moment(at: datetime | None) -> str:
    """Show a moment by the clock of Tehran."""
    if at is None:
        return ""
    local = at.astimezone(TEHRAN)
    return _time(at.isoformat(), digits(f"{JalaliDate.of(local.date())} {local:%H:%M}"))


def due_state(due_at: datetime | None) -> DueState:
    """Tell how near a deadline is, by days of the calendar in Tehran."""
    if due_at is None:
        return "none"
    if due_at <= now():
        return "overdue"
    days = _last_day(due_at) - local_date(now())
    if days <= timedelta(0):
        return "today"
    return "soon" if days <= SOON else "later"


def due_words(due_at: datetime | None) -> str:
    """Say a deadline in words; colour alone says nothing."""
    if due_at is None:
        return _("no deadline")
    days = (_last_day(due_at) - local_date(now())).days
    if due_at <= now():
        late = max(1, -days)
        return digits(ngettext("%(num)d day overdue", "%(num)d days overdue", late))
    if days <= 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    return digits(ngettext("due in %(num)d day", "due in %(num)d days", days))


def column(value: object, kind: str) -> str:
    """Show a business value by its declared type (``process.toml``, columns)."""
    if value is None or value == "":
        return ""
    if kind == "rial":
        return rial(int(str(value)))
    if kind == "date":
        return jalali(str(value))
    if kind == "percentage":
        return percentage(str(value))
    if kind == "number":
        return quantity(str(value))
    return _isolated(str(value), "code") if kind == "code" else str(value)


def mixed(text: object) -> Markup:
    """Show a text with the codes in it isolated: ``1404-D07-0417`` keeps its order in Persian.

    A bare number gets the digits of the language; a code keeps Latin ones, as it is typed
    elsewhere.
    """
    parts = _RUN.split(str(text))
    shown = [
        _isolated(digits(part) if part.isdigit() else part, "code") if index % 2 else escape(part)
        for index, part in enumerate(parts)
    ]
    return Markup("").join(shown)


@pass_context
def _digits_of_page(_: Context, text: object) -> str:
    """Show the digits of this reader's language; without the context, Jinja would work a filter
    on a constant out once, when it compiles the template, for the first reader's.
    """
    return digits(text)


FILTERS = {
    "amount_in_words": amount_in_words,
    "column": column,
    "digits": _digits_of_page,
    "due_state": due_state,
    "due_words": due_words,
    "jalali": jalali,
    "jalali_due": jalali_due,
    "jalali_long": jalali_long,
    "jalali_moment": jalali_moment,
    "mixed": mixed,
    "percentage": percentage,
    "quantity": quantity,
    "rial": rial,
}


def _isolated(text: str, css: str) -> Markup:
    return Markup('<bdi dir="ltr" class="{}">{}</bdi>').format(css, text)


def _time(machine: str, shown: str) -> Markup:
    return Markup('<time datetime="{}" dir="ltr">{}</time>').format(machine, shown)


def _plain(number: Decimal) -> Decimal:
    """Return the number without trailing zeros after the point: 12.500 is 12.5, 100 stays."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def _day(on: date | datetime | str) -> date:
    if isinstance(on, str):
        return date.fromisoformat(on[:10])
    return local_date(on) if isinstance(on, datetime) else on


def _last_day(due_at: datetime) -> date:
    """Return the last day on which the deadline is not yet passed: it ends at 24:00 (§0.5)."""
    return local_date(due_at - timedelta(microseconds=1))
