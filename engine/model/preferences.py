"""How a person wants the pages: a few small values, each with a shape and a default.

They lie in one column beside the person, so that reading them costs no statement. What is
stored and has another shape, from an older release or a hand, counts as not chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from engine.errors import RuleBroken
from engine.values import exact_json

#: characters of JSON one value may take
LONGEST: Final = 4_000


class UnknownPreference(RuleBroken):
    """Nothing is kept under this name."""


class PreferenceRefused(RuleBroken):
    """The value has not the shape of its name."""


class Preference(NamedTuple):
    """What one preference may be, and what it is for who has not chosen."""

    default: Any
    fits: Callable[[object], bool]


def _one_of(*values: str) -> Preference:
    return Preference(values[0], lambda given: isinstance(given, str) and given in values)


def _is_layout(given: object) -> bool:
    return isinstance(given, (list, dict)) and len(exact_json.written(given)) <= LONGEST


def _are_wishes(given: object) -> bool:
    return (
        isinstance(given, dict)
        and all(isinstance(each, (str, bool)) for each in given.values())
        and len(exact_json.written(given)) <= LONGEST
    )


def _are_views(given: object) -> bool:
    return (
        isinstance(given, dict)
        and all(isinstance(each, str) for each in given.values())
        and len(exact_json.written(given)) <= LONGEST
    )


def _are_names(given: object) -> bool:
    return (
        isinstance(given, list)
        and all(isinstance(each, str) for each in given)
        and len(exact_json.written(given)) <= LONGEST
    )


_YES_OR_NO: Final[Callable[[object], bool]] = lambda given: isinstance(given, bool)  # noqa: E731

#: every preference by its name
PREFERENCES: Final[Mapping[str, Preference]] = {
    "density": _one_of("comfortable", "compact"),
    "theme": _one_of("auto", "light", "dark"),
    "digits": _one_of("language", "persian", "latin"),  #: of the language, or always these
    "calendar": _one_of("jalali", "gregorian"),
    "keys": Preference(True, _YES_OR_NO),  #: shortcuts of one letter (WCAG 2.1.4)
    "inbox.columns": Preference({}, _is_layout),  #: chosen, in order, with widths
    "inbox.layout": _one_of("list", "split", "table"),
    "open_next": Preference(False, _YES_OR_NO),  #: the next task opens after an answer
    "favourites": Preference([], _are_names),  #: ids of processes, kept on top where one starts
    "overview.parts": Preference([], _are_names),  #: of the bridge's overview, in order
    "cases.views": Preference({}, _are_views),  #: name -> what the list of all cases is asked
    "analytics.charts": Preference({}, _are_views),  #: name -> what a chart of one's own is asked
    "notify": Preference({}, _are_wishes),  #: what about -> how: ``{"mentioned": "mail"}``
    "sms": Preference([], _are_names),  #: what of it goes by short message too
    #: a letter each working morning: none, beside those sent at once, or instead of them
    "digest": _one_of("none", "with", "only"),
}

DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType(
    {name: each.default for name, each in PREFERENCES.items()}
)


def checked(name: str, value: object) -> Any:
    """Return a value that may be kept under a name.

    Raises:
        UnknownPreference: nothing has this name.
        PreferenceRefused: the value has another shape.
    """
    known = PREFERENCES.get(name)
    if known is None:
        raise UnknownPreference(name)
    if not known.fits(value):
        raise PreferenceRefused(name)
    return value


@lru_cache(maxsize=1024)
def preferences_of(stored: str | None) -> Mapping[str, Any]:
    """Return every preference of a person, of what the column holds; read-only.

    >>> preferences_of('{"density": "compact", "theme": "pink"}')["density"]
    'compact'
    >>> preferences_of('{"density": "compact", "theme": "pink"}')["theme"]
    'auto'
    """
    if not stored:
        return DEFAULTS
    given = exact_json.read(stored)
    kept = given if isinstance(given, dict) else {}
    return MappingProxyType(
        {
            name: kept[name] if name in kept and each.fits(kept[name]) else each.default
            for name, each in PREFERENCES.items()
        }
    )
