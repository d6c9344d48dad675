"""What exactly is wrong at one place, told by a code and its facts, worded in both languages.

A rule says what is asked of everybody; a detail says what stands against it here: which lane,
which key, which token. Each family has a TOML file in `details/`, where a code has its sentence in
English and in Persian beside each other; facts stand in braces, and a fact may be a detail itself.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

Fact: TypeAlias = "str | Detail"


@dataclass(frozen=True, slots=True)
class Detail:
    """One sentence about one place, in no language yet."""

    code: str  #: such as ``FIT-003``
    facts: tuple[tuple[str, Fact], ...] = ()

    def __str__(self) -> str:
        """Say it in English, as logs, commands and errors do.

        >>> str(detail("FIT-005", form="order"))
        "there is no form 'order'"
        """
        facts = {name: str(each) for name, each in self.facts}
        return _Plain().vformat(wording(self.code)["en"], (), facts)

    @property
    def told(self) -> Mapping[str, Fact]:
        """The facts by name."""
        return dict(self.facts)

    def as_plain(self) -> dict[str, Any]:
        """Return it as it is kept."""
        facts = {
            name: each.as_plain() if isinstance(each, Detail) else each for name, each in self.facts
        }
        return {"code": self.code, "facts": facts}


def detail(code: str, /, **facts: object) -> Detail:
    """Return a detail; what is no detail itself is told as text."""
    told = ((name, each if isinstance(each, Detail) else str(each)) for name, each in facts.items())
    return Detail(code, tuple(told))


def listed(code: str, parts: Sequence[Fact]) -> Fact:
    """Return several facts as one, each joined to the next by a detail of ``one`` and ``other``.

    >>> str(listed("AT-LIST", ["1", "2", "3"]))
    '1, 2, 3'
    """
    told = parts[0]
    for each in parts[1:]:
        told = detail(code, one=told, other=each)
    return told


def detail_from(kept: Mapping[str, Any]) -> Detail:
    """Return a detail that was kept.

    >>> detail_from(detail("MOVE-023", why=detail("MOVE-016")).as_plain()).told["why"]
    Detail(code='MOVE-016', facts=())
    """
    facts = {
        name: detail_from(each) if isinstance(each, dict) else each
        for name, each in kept["facts"].items()
    }
    return detail(kept["code"], **facts)


def wording(code: str) -> Mapping[str, str]:
    """Return the sentence of a code by language: ``en`` and ``fa``.

    Raises:
        KeyError: there is no such detail.
    """
    return wordings()[code]


@cache
def wordings() -> Mapping[str, Mapping[str, str]]:
    """Return all sentences by code."""
    folder = resources.files(__package__).joinpath("details")
    found: dict[str, Mapping[str, str]] = {}
    for each in sorted(folder.iterdir(), key=lambda file: file.name):
        if each.name.endswith(".toml"):
            found.update(tomllib.loads(each.read_text(encoding="utf-8")))
    return found


class _Plain(string.Formatter):
    """Fills facts in as they are; how a page would show them (``{kind:element}``) is its own."""

    def format_field(self, value: Any, _: str) -> str:
        return str(value)
