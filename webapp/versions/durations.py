"""Durations of timers in words: ``P1DT12H`` is “1 day and 12 hours”.

Source: ISO 8601-1, 5.5.2 (durations) and 5.6 (repetitions).
"""

from __future__ import annotations

import re
from typing import Final

from babel.support import NullTranslations

from webapp.formatting import digits
from webapp.texts import N_
from webapp.versions.sentences import Saying

_DURATION: Final = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)
_REPEATED: Final = re.compile(r"R(\d*)/(P.+)")
_WRAPPED: Final = re.compile(r"""=?\s*(?:duration\(\s*)?"?([PR][^"\s()]*)"?\s*\)?""")


def timer_in_words(text: str, saying: Saying) -> str | None:
    """Return how long or how often a timer waits; ``None`` where it is no constant."""
    found = _WRAPPED.fullmatch(text.strip())
    if found is None:
        return None
    repeated = _REPEATED.fullmatch(found[1])
    if repeated is None:
        return _duration(found[1], saying)
    every = _duration(repeated[2], saying)
    if every is None:
        return None
    if not repeated[1]:
        return saying.say(N_("every %(duration)s"), duration=every)
    times = digits(repeated[1], saying.manner)
    return saying.say(N_("every %(duration)s, %(times)s times"), duration=every, times=times)


def _duration(text: str, saying: Saying) -> str | None:
    found = _DURATION.fullmatch(text)
    if found is None or text in ("P", "PT") or text.endswith("T"):
        return None
    counts = [int(each) if each else 0 for each in found.groups()]
    said = [
        _counted(unit, count, saying.texts, digits(count, saying.manner))
        for unit, count in enumerate(counts)
        if count
    ]
    between = saying.texts.gettext(N_(" and "))
    return between.join(said) or _counted(6, 0, saying.texts, digits(0, saying.manner))


def _counted(unit: int, count: int, texts: NullTranslations, shown: str) -> str:
    said = (
        lambda: texts.ngettext("%(count)s year", "%(count)s years", count),
        lambda: texts.ngettext("%(count)s month", "%(count)s months", count),
        lambda: texts.ngettext("%(count)s week", "%(count)s weeks", count),
        lambda: texts.ngettext("%(count)s day", "%(count)s days", count),
        lambda: texts.ngettext("%(count)s hour", "%(count)s hours", count),
        lambda: texts.ngettext("%(count)s minute", "%(count)s minutes", count),
        lambda: texts.ngettext("%(count)s second", "%(count)s seconds", count),
    )
    return said[unit]() % {"count": shown}
