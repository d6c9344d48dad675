"""What a handbook says, ready for a page or for paper; texts are plain, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 4_000  #: characters of one text; a model may say more than anybody reads
LONGEST_NAME: Final = 300
MOST_STEPS: Final = 1_000
MOST_FIELDS: Final = 300  #: of one form
MOST_ROWS: Final = 500  #: of one decision table

#: control characters, and those that turn the direction of whatever follows
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def tidy(text: str, longest: int = LONGEST) -> str:
    r"""Return a text of a model without what could disturb the page around it.

    >>> tidy("pay\u202e now", longest=7)
    'pay no…'
    """
    seen = _UNSEEN.sub("", text).strip()
    return seen if len(seen) <= longest else f"{seen[: longest - 1]}…"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said of a step: in words, and as the model has it where that is no prose."""

    label: str
    text: str = ""
    code: str = ""  #: FEEL, or a duration as ISO 8601
    link: str = ""  #: the address of another handbook


@dataclass(frozen=True, slots=True)
class Way:
    """What a step leads to."""

    when: str  #: in words; nothing where it always does
    code: str  #: the condition as the model has it
    name: str
    target: str  #: id of the element


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    label: str
    kind: str
    rules: tuple[Fact, ...]
    is_inner: bool = False  #: stands in a group


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form as its step shows it."""

    id: str
    fields: tuple[Field, ...]
    answers: tuple[str, ...]  #: what can be chosen at its end
    left_out: int = 0  #: fields beyond `MOST_FIELDS`


@dataclass(frozen=True, slots=True)
class Step:
    """One element of the diagram."""

    id: str
    number: str  #: 2.1 is inside 2
    name: str
    kind: str
    depth: int
    who: str
    about: str
    facts: tuple[Fact, ...]
    ways: tuple[Way, ...]
    form: FormPage | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """Who does the steps of a lane."""

    lane: str
    who: str
    role: str  #: its code
    units: tuple[str, ...] = ()  #: where it is held now
    more: int = 0  #: how many further units hold it


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a decision table."""

    number: str
    cells: tuple[str, ...]
    said: str  #: in words


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: a table, or an expression."""

    id: str
    name: str
    about: str
    policy: str = ""  #: which rule counts when several fit
    columns: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    expression: str = ""
    left_out: int = 0  #: rules beyond `MOST_ROWS`


@dataclass(frozen=True, slots=True)
class Contents:
    """What the model says, in one language: the same for as long as the model stands."""

    process_id: str
    title: str
    area: str
    about: tuple[str, ...]
    file: str  #: the diagram
    labels: str  #: JSON: element -> name, where the language is not the model's
    starts: tuple[Fact, ...]
    start_form: FormPage | None
    roles: tuple[Role, ...]
    steps: tuple[Step, ...]
    decisions: tuple[Decision, ...]
    separations: tuple[str, ...]  #: four-eyes rules
    no_return: tuple[Fact, ...]  #: steps behind which nothing goes back
    messages: tuple[Fact, ...]  #: what people may send to a case
    left_out: int = 0  #: steps beyond `MOST_STEPS`
