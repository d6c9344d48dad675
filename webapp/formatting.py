"""How values look on pages: digits and dates of the reader, numbers isolated left to right.

Every number and date comes as a ``<bdi dir="ltr">``: in a right-to-left line an unisolated
minus or slash would jump to the wrong side (R-TXT-02).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from babel.dates import format_date
from markupsafe import Markup, escape

from engine.values import (
    TEHRAN,
    JalaliDate,
    Percentage,
    Rial,
    grouped,
    in_language,
    latin_digits,
    local_date,
    persian_digits,
    rials_in_words,
)
from webapp.manner import Manner
from webapp.request import manner as manner_of_page
from webapp.request import now
from webapp.texts import N_, texts_in

#: A deadline this near is worth a word.
SOON = timedelta(days=2)

#: A run of Latin letters and digits, with the marks that join them to one code.
_RUN: Final = re.compile(r"([A-Za-z0-9]+(?:[-/._:][A-Za-z0-9]+)*)")

_MONTH: Final = re.compile(r"1[34][0-9]{2}/(?:0[1-9]|1[0-2])")  # of the Jalali calendar

#: What is filled into them is escaped.
_BDI: Final = Markup('<bdi dir="ltr" class="%s">%s</bdi>')
_TIME: Final = Markup('<time datetime="%s" dir="ltr">%s</time>')

#: how to write: a manner, a language as it usually is, or ``None``: as the page is
Spoken: TypeAlias = Manner | str | None

DueState = Literal["none", "overdue", "today", "soon", "later"]


def digits(text: object, spoken: Spoken = None) -> str:
    """Show a text with the digits of a manner, as all here that of the page unless said."""
    return _digits(str(text), _manner(spoken))


def rial(amount: Rial | int | None, spoken: Spoken = None) -> str:
    """Show an amount in groups of three; nothing for ``None``."""
    if amount is None:
        return ""
    return _rial(_whole(amount), _manner(spoken))


def amount_in_words(amount: Rial | int | None, spoken: Spoken = None) -> str:
    """Spell an amount out with its currency, as legal documents need it (R-MON-05)."""
    if amount is None:
        return ""
    return rials_in_words(_whole(amount))[_manner(spoken).language]


def amount_and_toman(amount: Rial | int | None, spoken: Spoken = None) -> str:
    """Spell an amount out, with the tomans people count in beside it (ten rials are one).

    The browser says the same while it is typed: ``frontend/src/forms/words.js``.
    """
    if amount is None or not isinstance(amount, int | Rial) or abs(_whole(amount)) >= 10**18:
        return ""
    manner = _manner(spoken)
    words, (tomans, rest) = amount_in_words(amount, manner), divmod(abs(_whole(amount)), 10)
    if rest or not tomans:
        return words
    said = texts_in(manner.language).gettext(N_("%(amount)s tomans"))
    sign = -1 if _whole(amount) < 0 else 1
    return f"{words} ({said % {'amount': grouped(sign * tomans, manner.separators)}})"


def quantity(number: Decimal | int | str | None, spoken: Spoken = None) -> str:
    """Show an exact quantity without needless zeros."""
    if number is None or number == "":
        return ""
    return _isolated(grouped(_plain(Decimal(str(number))), _manner(spoken).separators), "number")


def percentage(rate: Percentage | Decimal | int | str | None, spoken: Spoken = None) -> str:
    """Show a rate with the percent sign of its digits."""
    if rate is None or rate == "":
        return ""
    marks = _manner(spoken).separators
    percent = rate.percent if isinstance(rate, Percentage) else Decimal(str(rate))
    sign = "٪" if marks == "fa" else "%"
    return _isolated(f"{grouped(_plain(percent), marks)}{sign}", "number")


def jalali(on: date | datetime | str | None, spoken: Spoken = None) -> str:
    """Show a day as ``1404/07/30``, the day it is in Tehran; in the reader's calendar."""
    return _numeric(_day(on), _manner(spoken)) if on else ""


def jalali_due(due_at: datetime | None, spoken: Spoken = None) -> str:
    """Show the last day of a deadline: one that ends at 24:00 belongs to the day before."""
    return jalali(_last_day(due_at), spoken) if due_at else ""


def jalali_long(on: date | datetime | str | None, spoken: Spoken = None) -> str:
    """Show a day in words: «شنبه ۳۰ آبان ۱۴۰۵»."""
    return _long(_day(on), _manner(spoken)) if on else ""


def day_of_month(on: date, spoken: Spoken = None) -> str:
    """Show the number of a day in its month, as a calendar's column has it."""
    manner = _manner(spoken)
    return _digits(str(JalaliDate.of(on).day if manner.calendar == "jalali" else on.day), manner)


def jalali_moment(at: datetime | None, spoken: Spoken = None) -> str:
    """Show a moment by the clock of Tehran."""
    if at is None:
        return ""
    return _time(at.isoformat(), moment_text(at, spoken))


def moment_text(at: datetime, spoken: Spoken = None) -> str:
    """Return a moment as `jalali_moment` shows it, for sentences that are plain text."""
    local, manner = at.astimezone(TEHRAN), _manner(spoken)
    return _digits(f"{_in_figures(local.date(), manner)} {local:%H:%M}", manner)


def moment_of_form(value: str | None, spoken: Spoken = None) -> str:
    """Show a moment as a form keeps it, by the clock of Tehran."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value or "")
    return jalali_moment(at if at.tzinfo else at.replace(tzinfo=TEHRAN), spoken)


def of_expression(value: Any, spoken: Spoken = None) -> Any:
    """Show what an expression of a form came to, whatever it is."""
    value = in_language(value, (manner := _manner(spoken)).language)
    if isinstance(value, bool):
        return texts_in(manner.language).gettext(N_("yes") if value else N_("no"))
    if isinstance(value, int | Decimal):
        return quantity(value, manner)
    mark = Markup("، ") if manner.language == "fa" else Markup(", ")
    if isinstance(value, list):
        return mark.join(of_expression(each, manner) for each in value)
    if isinstance(value, Mapping):
        return mark.join(Markup("%s: %s") % (k, of_expression(v, manner)) for k, v in value.items())
    return "" if value is None else _day_or_text(str(value), manner)


def _day_or_text(text: str, manner: Manner) -> Any:
    """Show what FEEL writes as a day or a moment as one; any other text as it is."""
    try:
        if _DAY_OF_FEEL.fullmatch(text):
            return jalali(text, manner)
        return moment_of_form(text, manner) if _MOMENT_OF_FEEL.match(text) else text
    except ValueError:
        return text


_DAY_OF_FEEL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT_OF_FEEL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")


class Deadline(NamedTuple):
    """How a deadline is shown: how near it is, that in words, and its last day."""

    state: DueState
    words: str
    day: str


def deadline(
    due_at: datetime | None, at: datetime, spoken: Spoken, today: date | None = None
) -> Deadline:
    """Return how a deadline is shown at a moment.

    Args:
        today: the day of the moment in Tehran, where many are shown at the same.
    """
    if due_at is None:
        return Deadline("none", due_words(None, at, spoken), "")
    manner = _manner(spoken)
    last, is_over = _last_day(due_at), due_at <= at
    days = (last - (today or local_date(at))).days
    return Deadline(
        _state(days, is_over), _due_words(days, is_over, manner), _numeric(last, manner)
    )


def due_state(due_at: datetime | None) -> DueState:
    """Tell how near a deadline is, by days of the calendar in Tehran."""
    return deadline(due_at, now(), None).state


def due_words(due_at: datetime | None, at: datetime | None = None, spoken: Spoken = None) -> str:
    """Say a deadline in words; colour alone says nothing."""
    if due_at is None:
        return texts_in(_manner(spoken).language).gettext(N_("no deadline"))
    return deadline(due_at, at or now(), spoken).words


def column(value: object, kind: str, spoken: Spoken = None) -> str:
    """Show a business value by its declared type (``process.toml``, columns)."""
    if value is None or value == "":
        return ""
    if kind == "rial":
        return rial(int(str(value)), spoken)
    if (shown := _OF_KIND.get(kind)) is not None:
        return shown(str(value), spoken)
    if _MONTH.fullmatch(str(value)):
        return prose(value, spoken)
    return _isolated(str(value), "code") if kind == "code" else str(value)


_OF_KIND: Final[Mapping[str, Callable[[str, Spoken], str]]] = {
    "date": jalali, "number": quantity, "percentage": percentage,
}  # fmt: skip


def mixed(text: object, spoken: Spoken = None) -> Markup:
    """Show a text with the codes in it isolated: ``1404-D07-0417`` keeps its order in Persian.

    A bare number gets the digits of the language; a code keeps Latin ones, as it is typed
    elsewhere.
    """
    return _mixed(str(text), _manner(spoken))


def prose(text: object, spoken: Spoken = None) -> str:
    """Show a text as `mixed` does; one word may be an identifier and stays, a month is none."""
    written = str(text)
    if _MONTH.fullmatch(written):
        return _isolated(digits(written, spoken), "number")
    return mixed(written, spoken) if " " in written else written


def file_size(count: int, spoken: Spoken = None) -> str:
    """Show how large a file is: 1.2 MB, of 1024 × 1024 bytes, as settings count them."""
    manner = _manner(spoken)
    called = texts_in(manner.language).gettext
    for unit, factor in ((N_("MB"), 2**20), (N_("kB"), 2**10)):
        if count >= factor:
            rounded = (Decimal(count) / factor).quantize(
                Decimal("0.1" if count < 10 * factor else "1")
            )
            return f"{grouped(_plain(rounded), manner.separators)} {called(unit)}"
    bytes_ = N_("B")  # apart: words inside of an f-string are not gathered
    return f"{grouped(count, manner.separators)} {called(bytes_)}"


def filters_in(manner: Manner) -> dict[str, Callable[..., Any]]:
    """Return the filters of templates for one manner of writing.

    Bound to it, they need not find out for each value whose page they are on, and what
    they make of a constant may stand in the compiled template.
    """
    bound = {name: partial(each, spoken=manner) for name, each in _SPEAKING.items()}
    return {**bound, "due_state": due_state}


_SPEAKING: Final[Mapping[str, Callable[..., Any]]] = {
    "amount_and_toman": amount_and_toman,
    "amount_in_words": amount_in_words,
    "column": column,
    "day_of_month": day_of_month,
    "digits": digits,
    "file_size": file_size,
    "due_words": due_words,
    "jalali": jalali,
    "jalali_due": jalali_due,
    "jalali_long": jalali_long,
    "jalali_moment": jalali_moment,
    "mixed": mixed,
    "moment_of_form": moment_of_form,
    "of_expression": of_expression,
    "percentage": percentage,
    "prose": prose,
    "quantity": quantity,
    "rial": rial,
}


def _manner(spoken: Spoken) -> Manner:
    """Return how to write: as said, as a language usually is, or as the page is."""
    if spoken is None:
        return manner_of_page()
    return Manner.of(spoken) if isinstance(spoken, str) else spoken


def _whole(amount: Rial | int) -> int:
    return amount.amount if isinstance(amount, Rial) else int(amount)


# A page shows few different days, spans and amounts, and the next page mostly the same.


@lru_cache(maxsize=4096)
def _rial(whole: int, manner: Manner) -> Markup:
    return _isolated(grouped(whole, manner.separators), "rial")


@lru_cache(maxsize=4096)
def _numeric(day: date, manner: Manner) -> Markup:
    return _time(day.isoformat(), _digits(_in_figures(day, manner), manner))


@lru_cache(maxsize=1024)
def _long(day: date, manner: Manner) -> str:
    if manner.calendar == "jalali":
        words = JalaliDate.of(day).long(manner.language)
    else:
        words = format_date(day, "EEEE d MMMM y", locale=manner.language)
    return _digits(latin_digits(words), manner)


def _in_figures(day: date, manner: Manner) -> str:
    if manner.calendar == "jalali":
        return str(JalaliDate.of(day))
    return day.isoformat().replace("-", "/")


def _digits(text: str, manner: Manner) -> str:
    return persian_digits(text) if manner.digits == "persian" else text


def _state(days: int, is_over: bool) -> DueState:
    if is_over:
        return "overdue"
    if days <= 0:
        return "today"
    return "soon" if days <= SOON.days else "later"


@lru_cache(maxsize=1024)
def _due_words(days: int, is_over: bool, manner: Manner) -> str:
    texts = texts_in(manner.language)
    if is_over:
        late = max(1, -days)
        said = texts.ngettext("%(num)d day overdue", "%(num)d days overdue", late)
        return _digits(said % {"num": late}, manner)
    if days <= 0:
        return texts.gettext(N_("due today"))
    if days == 1:
        return texts.gettext(N_("due tomorrow"))
    said = texts.ngettext("due in %(num)d day", "due in %(num)d days", days)
    return _digits(said % {"num": days}, manner)


@lru_cache(maxsize=4096)
def _mixed(text: str, manner: Manner) -> Markup:
    parts = _RUN.split(text)
    shown = [
        _isolated(_digits(part, manner) if part.isdigit() else part, "code")
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
