"""What a list is asked for: filters, order and page, from the address or from a body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import request

from engine.model.person import Actor
from engine.queries import people
from engine.queries.rest import LONGEST, Wanted
from engine.queries.rest_filters import Filter
from webapp.engine_rest.body import json_object
from webapp.engine_rest.moments import moment_from
from webapp.engine_rest.refusals import invalid
from webapp.request import now, reader

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_PAGE: Final = frozenset({"firstResult", "maxResults"})
_ORDER: Final = frozenset({"sortBy", "sortOrder", "sorting"})


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list can be asked for."""

    filters: Mapping[str, Filter]
    order: Mapping[str, Any]
    flags: frozenset[str] = frozenset()  #: no filter by themselves, but they change one

    @property
    def taken(self) -> frozenset[str]:
        """Every name it takes."""
        return frozenset(self.filters.keys() | self.flags | _ORDER | _PAGE)

    def wanted(self) -> Wanted:
        """Read what the request asks for: GET in the address, POST in the body.

        What is not known is refused, because a filter left out would show more than asked for.

        Raises:
            Refused: 400, an unknown name or a value that cannot be read.
        """
        given: dict[str, Any] = dict(request.args.items())
        if request.method == "POST":
            given |= json_object(self.taken)
        return self.read(given)

    def read(self, given: Any) -> Wanted:
        """Read what somebody asks for, wherever it stands.

        Raises:
            Refused: 400, an unknown name or a value that cannot be read.
        """
        if not isinstance(given, dict):
            raise invalid("A query has to be an object of names and values.")
        if unknown := sorted(given.keys() - self.taken):
            raise invalid(f"Unknown parameters: {', '.join(unknown)}")
        names = self.filters.keys() | self.flags
        values = {
            name: _read(name, self.filters[name].kind if name in self.filters else "flag", value)
            for name, value in given.items()
            if name in names and value is not None
        }
        return Wanted(values, _sorting(given, self.order), *page_of(given))


def page_of(given: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many rows are left out first, and how many are wanted then at most.

    Raises:
        Refused: 400, no numbers, or more than are given at once.
    """
    first = _number(str(given.get("firstResult") or 0))
    most = given.get("maxResults")
    most = LONGEST if most is None else _number(str(most))
    if most > LONGEST:
        raise invalid(f"Max results limit of {LONGEST} exceeded!")
    return first, most


def _sorting(given: Mapping[str, Any], order: Mapping[str, Any]) -> tuple[tuple[str, bool], ...]:
    asked = [] if given.get("sorting") is None else given["sorting"]
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise invalid("sorting has to be a list of {sortBy, sortOrder}.")
    if "sortBy" in given or "sortOrder" in given:
        asked = [*asked, {name: given.get(name) for name in ("sortBy", "sortOrder")}]
    return tuple(_sort_key(each, order) for each in asked)


def _sort_key(asked: Mapping[str, Any], order: Mapping[str, Any]) -> tuple[str, bool]:
    key, direction = asked.get("sortBy"), asked.get("sortOrder")
    if key is None or direction is None:
        raise invalid("Only a single sorting parameter specified. sortBy and sortOrder required")
    if not isinstance(key, str) or key not in order:
        raise invalid(f"Cannot set query sortBy parameter to value {key}")
    if direction not in ("asc", "desc"):
        raise invalid(f"Cannot set query sortOrder parameter to value {direction}")
    return key, direction == "desc"


def _read(name: str, kind: str, value: Any) -> Any:
    try:
        return _READERS[kind](value)
    except (LookupError, TypeError, ValueError):
        raise invalid(f"Cannot set query parameter '{name}' to value '{value}'") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(value)
    return value


def _texts(value: Any) -> list[str]:
    return [_text(each) for each in (value if isinstance(value, list) else _text(value).split(","))]


def _flag(value: Any) -> bool:
    return {"true": True, "false": False}[_text(str(value).lower())]


def _number(value: Any) -> int:
    if isinstance(value, bool) or not _WHOLE.fullmatch(str(value)):
        raise invalid(f"'{value}' is no whole number from 0 on")
    return int(value)


def _id(value: Any) -> UUID:
    return UUID(_text(value).rpartition(":")[2])


def _person(value: Any) -> Actor | None:
    with reader() as session:
        return people.by_username(session, _text(value).strip().lower(), now())


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": _text,
    "texts": _texts,
    "flag": _flag,
    "moment": lambda value: moment_from(_text(value)),
    "number": _number,
    "id": _id,
    "ids": lambda value: [_id(each) for each in _texts(value)],
    "person": _person,
}
