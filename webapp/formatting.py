"""How values look on pages: digits and dates of the language, numbers isolated left to right.

Every number and date comes as a ``<bdi dir="ltr">``: in a right-to-left line an unisolated
minus or slash would jump to the wrong side (R-TXT-02).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final, Literal, NamedTuple

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
from webapp.texts import N_, texts_in

#: A deadline this near is worth a word.
SOON = timedelta(days=2)

#: A run of Latin letters and digits, with the marks that join them to one code.
_RUN: Final = re.compile(r"([A-Za-z0-9]+(?:[-/._:][A-Za-z0-9]+)*)")

#: What is filled into them is escaped.
_BDI: Final = Markup('<bdi dir="ltr" class="%s">%s</bdi>')
_TIME: Final = Markup('<time datetime="%s" dir="ltr">%s</time>')

DueState = Literal["none", "overdue", "today", "soon", "later"]


def digits(text: object, language: str | None = None) -> str:
    """Show a text with the digits of a language, as all here that of the page unless said."""
    return persian_digits(str(text)) if (language or locale()) == "fa" else str(text)


def rial(amount: Rial | int | None, language: str | None = None) -> str:
    """Show an amount in groups of three; nothing for ``None``."""
    if amount is None:
        return ""
    return _rial(_whole(amount), language or locale())


def amount_in_words(amount: Rial | int | None, language: str | None = None) -> str:
    """Spell an amount out with its currency, as legal documents need it (R-MON-05)."""
    if amount is None:
        return ""
    if (language or locale()) == "fa":
        return f"{in_persian_words(_whole(amount))} ریال"
    return f"{in_english_words(_whole(amount))} rials"


def quantity(number: Decimal | int | str | None, language: str | None = None) -> str:
    """Show an exact quantity without needless zeros."""
    if number is None or number == "":
        return ""
    return _isolated(grouped(_plain(Decimal(str(number))), language or locale()), "number")


def percentage(rate: Percentage | Decimal | int | str | None, language: str | None = None) -> str:
    """Show a rate with the percent sign of the language."""
    if rate is None or rate == "":
        return ""
    language = language or locale()
    percent = rate.percent if isinstance(rate, Percentage) else Decimal(str(rate))
    sign = "٪" if language == "fa" else "%"
    return _isolated(f"{grouped(_plain(percent), language)}{sign}", "number")


def jalali(on: date | datetime | str | None, language: str | None = None) -> str:
    """Show a day as ``1404/07/30``, the day it is in Tehran."""
    return _jalali(_day(on), language or locale()) if on else ""


def jalali_due(due_at: datetime | None, language: str | None = None) -> str:
    """Show the last day of a deadline: one that ends at 24:00 belongs to the day before."""
    return jalali(_last_day(due_at), language) if due_at else ""


def jalali_long(on: date | datetime | str | None, language: str | None = None) -> str:
    """Show a day in words: «شنبه ۳۰ آبان ۱۴۰۵»."""
    return JalaliDate.of(_day(on)).long(language or locale()) if on else ""


def jalali_moment(at: datetime | None, language: str | None = None) -> str:
    """Show a moment by the clock of Tehran."""
    if at is None:
        return ""
    local = at.astimezone(TEHRAN)
    shown = digits(f"{JalaliDate.of(local.date())} {local:%H:%M}", language)
    return _time(at.isoformat(), shown)


class Deadline(NamedTuple):
    """How a deadline is shown: how near it is, that in words, and its last day."""

    state: DueState
    words: str
    day: str


def deadline(
    due_at: datetime | None, at: datetime, language: str, today: date | None = None
) -> Deadline:
    """Return how a deadline is shown at a moment.

    Args:
        today: the day of the moment in Tehran, where many are shown at the same.
    """
    if due_at is None:
        return Deadline("none", due_words(None, at, language), "")
    last, is_over = _last_day(due_at), due_at <= at
    days = (last - (today or local_date(at))).days
    return Deadline(
        _state(days, is_over), _due_words(days, is_over, language), _jalali(last, language)
    )


def due_state(due_at: datetime | None) -> DueState:
    """Tell how near a deadline is, by days of the calendar in Tehran."""
    return deadline(due_at, now(), locale()).state


def due_words(
    due_at: datetime | None, at: datetime | None = None, language: str | None = None
) -> str:
    """Say a deadline in words; colour alone says nothing."""
    if due_at is None:
        return texts_in(language or locale()).gettext(N_("no deadline"))
    return deadline(due_at, at or now(), language or locale()).words


def column(value: object, kind: str, language: str | None = None) -> str:
    """Show a business value by its declared type (``process.toml``, columns)."""
    if value is None or value == "":
        return ""
    if kind == "rial":
        return rial(int(str(value)), language)
    if kind == "date":
        return jalali(str(value), language)
    if kind == "percentage":
        return percentage(str(value), language)
    if kind == "number":
        return quantity(str(value), language)
    return _isolated(str(value), "code") if kind == "code" else str(value)


def mixed(text: object, language: str | None = None) -> Markup:
    """Show a text with the codes in it isolated: ``1404-D07-0417`` keeps its order in Persian.

    A bare number gets the digits of the language; a code keeps Latin ones, as it is typed
    elsewhere.
    """
    return _mixed(str(text), language or locale())


def filters_in(language: str) -> dict[str, Callable[..., Any]]:
    """Return the filters of templates for one language.

    Bound to it, they need not find out for each value whose page they are on, and what
    they make of a constant may stand in the compiled template.
    """
    bound = {name: partial(each, language=language) for name, each in _OF_LANGUAGE.items()}
    return {**bound, "due_state": due_state}


_OF_LANGUAGE: Final[Mapping[str, Callable[..., Any]]] = {
    "amount_in_words": amount_in_words,
    "column": column,
    "digits": digits,
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


def _whole(amount: Rial | int) -> int:
    return amount.amount if isinstance(amount, Rial) else int(amount)


# A page shows few different days, spans and amounts, and the next page mostly the same.


@lru_cache(maxsize=4096)
def _rial(whole: int, language: str) -> Markup:
    return _isolated(grouped(whole, language), "rial")


@lru_cache(maxsize=4096)
def _jalali(day: date, language: str) -> Markup:
    return _time(day.isoformat(), digits(JalaliDate.of(day), language))


def _state(days: int, is_over: bool) -> DueState:
    if is_over:
        return "overdue"
    if days <= 0:
        return "today"
    return "soon" if days <= SOON.days else "later"


@lru_cache(maxsize=1024)
def _due_words(days: int, is_over: bool, language: str) -> str:
    texts = texts_in(language)
    if is_over:
        late = max(1, -days)
        said = texts.ngettext("%(num)d day overdue", "%(num)d days overdue", late)
        return digits(said % {"num": late}, language)
    if days <= 0:
        return texts.gettext(N_("due today"))
    if days == 1:
        return texts.gettext(N_("due tomorrow"))
    said = texts.ngettext("due in %(num)d day", "due in %(num)d days", days)
    return digits(said % {"num": days}, language)


@lru_cache(maxsize=4096)
def _mixed(text: str, language: str) -> Markup:
    parts = _RUN.split(text)
    shown = [
        _isolated(digits(part, language) if part.isdigit() else part, "code")
        if index % 2
        else escape(part)
        for index, part in enumerate(parts)
    ]
    return Markup("").join(shown)


def _isolated(text: str, css: str) -> Markup:
    return _BDI % (css, text)


def _time(machine: str, shown: str) -> Markup:
    return _TIME % (machine, shown)


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
