"""The chart of accounts and the posting templates, as their files say them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from processes.accounting.rules.posting import Leg, Template


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart."""

    code: str
    names: Mapping[str, str]  #: by language
    is_debit: bool  #: where its balance usually stands
    is_memo: bool  #: shows a promise, and is no part of the result
    is_kept: bool  #: agrees with a ledger of its process: nobody posts to it by hand
    is_result: bool  #: income or expense of a year, closed at its end


@cache
def chart() -> Mapping[str, Account]:
    """Return every account by its code, in the order of the codes."""
    read = _read("chart.toml")
    return {
        code: Account(
            code,
            {"fa": each["fa"], "en": each["en"]},
            each["side"] == "debit",
            bool(each.get("memo", False)),
            bool(each.get("kept", False)),
            bool(each.get("result", False)),
        )
        for code, each in sorted(read.items())
    }


@cache
def templates() -> Mapping[str, Template]:
    """Return every posting template by the kind of event.

    Raises:
        ValueError: one names an account that is not in the chart, or no side of it.
    """
    return {
        kind: Template(
            kind,
            {"fa": each["fa"], "en": each["en"]},
            tuple(_leg(kind, leg) for leg in each["legs"]),
        )
        for kind, each in _read("postings.toml").items()
    }


def _leg(kind: str, said: Mapping[str, Any]) -> Leg:
    sides = [side for side in ("debit", "credit") if side in said]
    if len(sides) != 1 or str(said[sides[0]]) not in chart():
        raise ValueError(f"postings.toml, {kind}: {said} names no side of one account of the chart")
    return Leg(said["part"], str(said[sides[0]]), sides == ["debit"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
