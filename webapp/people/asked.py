"""What the forms of these pages share: what was typed, shown again beside what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from engine.errors import Problem
from webapp.problems import text_of

Raw: TypeAlias = Mapping[str, Sequence[str]]


def as_typed(raw: Raw) -> dict[str, str]:
    """Return what was typed by field, several choices joined as fields show them."""
    return {key: ",".join(each) for key, each in raw.items()}


def texts_of(problems: Iterable[Problem]) -> list[tuple[str | None, str]]:
    """Return what to say beside each field."""
    return [(each.field, text_of(each)) for each in problems]
