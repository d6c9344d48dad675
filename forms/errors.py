"""What is wrong with a submitted form, and with a form file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import Problem
from engine.findings import Detail

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


@dataclass(frozen=True, slots=True)
class Fault:
    """One place of a form file outside the documented subset."""

    rule: str  #: stable id, such as FORM-002
    component: str  #: its key or id; empty is the form itself
    property: str  #: such as ``validate.max``; empty is the whole component
    detail: Detail  #: what exactly stands against it there

    def __str__(self) -> str:
        place = " ".join(each for each in (self.component, self.property) if each)
        return f"{self.rule} {f'{place}: ' if place else ''}{self.detail}"


class FormUnreadable(ValueError):
    """A form file is not in the documented subset of form-js JSON; says every place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)
