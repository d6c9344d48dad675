"""What is wrong with a submitted form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import Problem

#: What a browser posts: one text for a field, a list where a field may repeat.
Raw = Mapping[str, str | list[str]]


class FormErrors(Exception):
    """Somebody typed something wrong; every problem at once, in document order.

    ``raw`` is what was typed, so that the page can show it again unchanged.
    """

    def __init__(self, problems: Sequence[Problem], raw: Raw) -> None:
        super().__init__("; ".join(f"{each.code} {each.field or ''}".strip() for each in problems))
        self.problems = tuple(problems)
        self.raw = raw


class FormUnreadable(ValueError):
    """A form file is not in the documented subset of form-js JSON."""
