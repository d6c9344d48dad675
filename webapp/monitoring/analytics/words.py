"""How figures are said: spans of working time, shares, names of what they are about."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.formatting import percentage, quantity

NOTHING: Final = Markup("–")
WORKING_DAY: Final = timedelta(hours=8)  #: what is said as one day of working time
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_TENTH: Final = Decimal("0.1")


def worked(span: timedelta | None) -> Markup:
    """Return a span of working time in words; a working day is eight hours of it.

    It stands together, in the direction of its words, also in a column of figures.
    """
    return NOTHING if span is None else Markup("<bdi>%s</bdi>") % _worked(span)


def _worked(span: timedelta) -> Markup:
    if span < _HOUR:
        return said(_("%(count)s min"), count=int(span / _MINUTE))
    if span < WORKING_DAY:
        return said(_("%(count)s h"), count=tenths(span / _HOUR))
    days = tenths(span / WORKING_DAY)
    return said(_("one working day") if days == 1 else _("%(count)s working days"), count=days)


def percent(share: int | None) -> Markup:
    """Return a share in words; ``None``: there is nothing to share."""
    return NOTHING if share is None else Markup(percentage(share))  # noqa: S704 - a number


def said(text: str, **numbers: Decimal | int) -> Markup:
    """Return a text with numbers written as the reader writes them."""
    return Markup(text) % {key: Markup(quantity(each)) for key, each in numbers.items()}  # noqa: S704 - a catalogue's


def tenths(number: float) -> Decimal:
    """Return a number to one place, without it where nothing stands there."""
    found = Decimal(number).quantize(_TENTH)
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found
