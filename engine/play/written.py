"""Acts as plain JSON, to be kept, and read back; what is no act is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from engine.play.acts import Act, Answer, Fail, Message, Move, Signal, Start, Succeed

_ACTS: Final[Mapping[str, type]] = {
    each.__name__.lower(): each for each in (Start, Answer, Move, Succeed, Fail, Message, Signal)
}
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "values": (dict,),
    "number": (int,),
    "key": (str, int, type(None)),
}


def written(act: Act) -> dict[str, Any]:
    """Return an act as JSON; what is as usual is left out.

    >>> written(Answer("prepare", outcome="approve"))
    {'act': 'answer', 'element': 'prepare', 'outcome': 'approve'}
    """
    told: dict[str, Any] = {"act": type(act).__name__.lower()}
    for each in dataclasses.fields(act):
        value = getattr(act, each.name)
        if isinstance(value, datetime):
            told[each.name] = value.isoformat()
        elif isinstance(value, Mapping):
            told |= {each.name: dict(value)} if value else {}
        elif value != each.default:
            told[each.name] = value
    return told


def read(told: object) -> Act:
    """Return the act that JSON tells.

    Raises:
        ValueError: it tells none.

    >>> read({"act": "answer", "element": "prepare", "outcome": "approve"}).element
    'prepare'
    """
    if not isinstance(told, Mapping) or told.get("act") not in _ACTS:
        raise ValueError("it is no act")
    kind = _ACTS[told["act"]]
    names = {each.name for each in dataclasses.fields(kind)}
    given = {str(name): value for name, value in told.items() if name != "act"}
    if odd := given.keys() - names:
        raise ValueError(f"an act {told['act']!r} has no {', '.join(sorted(odd))}")
    for name, value in given.items():
        if name == "to":
            given[name] = _moment(value)
        elif not isinstance(value, _KINDS.get(name, (str, type(None)))):
            raise ValueError(f"{name} cannot be {value!r}")
    try:
        act: Act = kind(**given)
    except TypeError as wrong:
        raise ValueError(f"the act {told['act']!r} lacks something") from wrong
    return act


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return moment.astimezone(UTC)
