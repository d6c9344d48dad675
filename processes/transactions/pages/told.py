"""Steps of a computation as sentences of a page: amounts, rates and names as it writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from markupsafe import Markup

from engine.values import Percentage, Rial
from processes.transactions.rules.computation import Step, Told
from processes.transactions.texts import AreaTexts
from webapp.sdk import jalali, jalali_moment, locale, percentage, quantity, rial

#: facts that name a bidder by the legal id
_WHO = frozenset({"bidder", "first", "second"})


def say(step: Step, names: Mapping[str, str]) -> Markup:
    """Say a step in the language of the page.

    Args:
        names: of bidders, by legal id.
    """
    facts = {
        key: _typed(names.get(str(each), str(each))) if key in _WHO else _written(each)
        for key, each in step.facts.items()
    }
    return Markup(AreaTexts(locale()).of("computation", step.code)).format(**facts)  # noqa: S704 - our own text; facts are escaped


def _written(told: Told) -> str:
    match told:
        case Rial():
            return rial(told)
        case Percentage():
            return percentage(told)
        case Decimal() | int():
            return quantity(told)
        case datetime():
            return jalali_moment(told)
        case date():
            return jalali(told)
    return _typed(told)


def _typed(text: str) -> Markup:
    """Return what somebody typed, in its own direction."""
    return Markup('<bdi dir="auto">%s</bdi>') % text
