"""JSON that somebody packed: each member read as what it should be, every fault a `Problem`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from engine.errors import Problem
from engine.values import Rial, normalise

LONGEST: Final = 2**20  #: bytes of a file
MOST_LINES: Final = 5_000
LONGEST_TEXT: Final = 200  #: characters
_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,17})", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

_T = TypeVar("_T")


def object_in(content: bytes) -> dict[str, Any] | None:
    """Return the one object a file is; ``None``: it is none, or too long, or says a name twice."""
    if len(content) > LONGEST:
        return None
    try:
        told = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: readers differ in which of the two they believe."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("twice")
    return told


def _no_number(text: str) -> Any:
    raise ValueError(text)


class Members:
    """The members of one object, each asked for once, with every problem."""

    def __init__(
        self, told: Mapping[str, Any], path: str = "", problems: list[Problem] | None = None
    ) -> None:
        self._told = dict(told)
        self._path = path
        self.problems: list[Problem] = [] if problems is None else problems

    def text(self, name: str, *, most: int = LONGEST_TEXT, may_be_empty: bool = False) -> str:
        """Return a normalised text."""
        told = self._taken(name)
        if not isinstance(told, str):
            return self._wrong("TND-102", name, "")
        said = normalise(told[: most * 4])
        if len(told) > most * 4 or len(said) > most:
            return self._wrong("GEN-LENGTH", name, "", min="0", max=str(most))
        if not said and not may_be_empty:
            return self._wrong("GEN-REQUIRED", name, "")
        return said

    def amount(self, name: str) -> Rial:
        """Return an amount above zero."""
        told = self._taken(name)
        if not isinstance(told, str):
            return self._wrong("TND-102", name, Rial(1))
        if _AMOUNT.fullmatch(told) is None:
            return self._wrong("MON-001", name, Rial(1))
        return Rial(int(told)) if told != "0" else self._wrong("MON-002", name, Rial(1))

    def day(self, name: str) -> date:
        """Return a day."""
        told = self._taken(name)
        if not isinstance(told, str):
            return self._wrong("TND-102", name, date.max)
        try:
            return date.fromisoformat(told if _DAY.fullmatch(told) else "")
        except ValueError:
            return self._wrong("CAL-001", name, date.max)

    def position(self, name: str) -> int:
        """Return a position of the schedule: a whole number from one on."""
        told = self._taken(name)
        if type(told) is not int or not 0 < told < 10**9:
            return self._wrong("TND-102", name, 1)
        return told

    def objects(self, name: str) -> list[Members]:
        """Return the members of each object of a list."""
        told = self._taken(name)
        if not isinstance(told, list) or len(told) > MOST_LINES:
            return self._wrong("TND-102", name, [])
        if not all(isinstance(each, dict) for each in told):
            return self._wrong("TND-102", name, [])
        return [
            Members(each, f"{self._path}{name}/{at}/", self.problems)
            for at, each in enumerate(told, 1)
        ]

    def must_be_all(self) -> None:
        """Refuse members that were not asked for."""
        for each in sorted(self._told):
            self._wrong("TND-102", each[:LONGEST_TEXT], None)

    def twice(self, position: int) -> None:
        """Tell that a position stands twice."""
        self.problems.append(Problem("TND-103", f"lines/{position}", {"position": str(position)}))

    def _taken(self, name: str) -> Any:
        return self._told.pop(name, None)

    def _wrong(self, code: str, name: str, otherwise: _T, **params: str) -> _T:
        told = params or {"member": name}
        self.problems.append(Problem(code, f"{self._path}{name}", told))
        return otherwise
