"""A changed decision table run over the values that finished cases decided on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from engine import dmn
from engine.dmn.boxes import TableBox
from engine.queries.decided import Decided, Place, Slice
from engine.values import TEHRAN

MOST: Final = 20_000  #: decisions looked at for one page
SLICE: Final = 1_000
MOST_LINES: Final = 200  #: cases listed
FEWEST: Final = 30  #: decisions compared; of fewer, each is more than three in a hundred
#: what stands in the history for a value that was too long to keep
_CUT: Final = re.compile(r"\(\w+ of \d+ characters\)")

#: reads decisions that lie behind a place of the history, so many at most
Read = Callable[[Place | None, int], Slice]
#: the table that a definition's decision was, ``None`` when it was none
TableThen = Callable[[UUID], TableBox | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One decision that would have been another."""

    instance_id: UUID
    title: str
    business_key: str | None
    at: datetime
    seen: tuple[tuple[str, Any], ...]  #: heading and value of each column
    then: Any
    deployed: dmn.Tried | None  #: what the deployed table says; ``None``: nothing is deployed
    draft: dmn.Tried


@dataclass(frozen=True, slots=True)
class Uncompared:
    """One decision of which the history does not have what a column asks."""

    instance_id: UUID
    title: str
    business_key: str | None
    at: datetime
    missing: str  #: the heading of the column


@dataclass(slots=True)
class Way:
    """From which answer to which other one decisions would have gone, and how many."""

    then: Any
    draft: dmn.Tried
    key: str  #: names it in an address
    count: int = 0


@dataclass(slots=True)
class Outcome:
    """What became of all of them."""

    made: int = 0  #: decisions of finished cases that were compared or could not be
    same: int = 0
    elsewhere: int = 0
    cases: set[UUID] = field(default_factory=set)  #: of those elsewhere
    by_deployed: int = 0  #: of those elsewhere, how many the deployed table sends there too
    unseen: int = 0  #: of those elsewhere, in cases the reader may not open
    unknown: dict[str, int] = field(default_factory=dict)  #: not compared, by what was not kept
    #: where those elsewhere would have gone; of cases that are not the reader's, words only
    by_answers: dict[str, Way] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    listable: int = 0  #: of those asked for, how many lie in the reader's cases
    uncompared: list[Uncompared] = field(default_factory=list)  #: in the reader's cases
    oldest: datetime | None = None  #: where the search ended early; ``None``: it saw all

    @property
    def is_little(self) -> bool:
        """Tell whether too few were compared for their shares to say much."""
        return self.made > 0 and self.made - sum(self.unknown.values()) < FEWEST

    @property
    def ways(self) -> list[Way]:
        """Where those elsewhere would have gone, the most frequent first."""
        return sorted(self.by_answers.values(), key=lambda each: -each.count)


@dataclass(frozen=True, slots=True)
class Tables:
    """The table asked about, as it is in the draft and as it is deployed."""

    decision_id: str
    draft: dmn.Trial
    deployed: dmn.Trial | None
    then: TableThen


@dataclass(frozen=True, slots=True)
class _Listed:
    """Which cases are listed, and how many at most."""

    way: str | None
    most: int


class _Missing(Exception):
    """The history does not have what a column asks."""


def rerun(
    read: Read, tables: Tables, *, way: str | None = None, most_lines: int = MOST_LINES
) -> Outcome:
    """Run the draft's table over what is read, in slices, until a bound is reached.

    Args:
        way: the key of a `Way`: only the cases behind it are listed; all are counted.
    """
    outcome, listed = Outcome(), _Listed(way, most_lines)
    seen, after = 0, None
    while True:
        found = read(after, min(SLICE, MOST - seen))
        for each in found.decided:
            _compare(each, tables, outcome, listed)
        seen, after = seen + found.seen, found.last
        if after is None:
            return outcome
        if seen >= MOST:
            outcome.oldest = after[0]
            return outcome


def _compare(decided: Decided, tables: Tables, outcome: Outcome, listed: _Listed) -> None:
    for made in decided.facts.get("decisions", ()):
        if made.get("id") != tables.decision_id:
            continue
        outcome.made += 1
        try:
            _judge(decided, made, tables, outcome, listed)
        except _Missing as what:
            outcome.unknown[str(what)] = outcome.unknown.get(str(what), 0) + 1
            if decided.is_visible and len(outcome.uncompared) < listed.most:
                outcome.uncompared.append(Uncompared(*_case(decided), str(what)))


def _case(decided: Decided) -> tuple[UUID, str, str | None, datetime]:
    return decided.instance_id, decided.title, decided.business_key, decided.at


def _judge(
    decided: Decided,
    made: Mapping[str, Any],
    tables: Tables,
    outcome: Outcome,
    listed: _Listed,
) -> None:
    known = _known(made, tables.then(decided.definition_id))
    draft = _asked(tables.draft, known, made, decided.at)
    then = made.get("value")
    if _is_cut(then):
        raise _Missing("…")
    if draft.says == (then, False):
        outcome.same += 1
        return
    deployed = _deployed(tables, known, made, decided.at)
    outcome.elsewhere += 1
    outcome.cases.add(decided.instance_id)
    if decided.is_visible or (_is_wording(then) and _is_wording(draft.value)):
        _way(outcome, then, draft).count += 1
    outcome.by_deployed += deployed is not None and deployed.says == draft.says
    if not decided.is_visible:
        outcome.unseen += 1
    elif listed.way in (None, _key(then, draft)):
        outcome.listable += 1
        if len(outcome.lines) < listed.most:
            columns = [(each.label, known.get(each.text)) for each in tables.draft.box.inputs]
            outcome.lines.append(Line(*_case(decided), tuple(columns), then, deployed, draft))


def _is_wording(value: Any) -> bool:
    """Tell whether an answer is words of the table; figures may be worked out of the case's own."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    is_figure = isinstance(value, int | Decimal | date) and not isinstance(value, bool)
    return not is_figure and all(map(_is_wording, parts))


def _way(outcome: Outcome, then: Any, draft: dmn.Tried) -> Way:
    key = _key(then, draft)
    return outcome.by_answers.setdefault(key, Way(then, draft, key))


def _key(then: Any, draft: dmn.Tried) -> str:
    return sha256(repr((then, draft.says)).encode()).hexdigest()[:12]


def _known(made: Mapping[str, Any], box: TableBox | None) -> dict[str, Any]:
    """Return the values that were there then, by the expression that asks for them."""
    known = dict(made.get("inputs") or {})
    tables = made.get("tables") or ()
    if box is not None:
        seen = next((each for each in reversed(tables) if each.get("id") == box.id), None)
        inputs = (seen or {}).get("inputs") or {}
        known |= {each.text: inputs[each.label] for each in box.inputs if each.label in inputs}
    return known


def _deployed(
    tables: Tables, known: Mapping[str, Any], made: Mapping[str, Any], at: datetime
) -> dmn.Tried | None:
    if tables.deployed is None:
        return None
    try:
        return _asked(tables.deployed, known, made, at)
    except _Missing:
        return None


def _asked(
    trial: dmn.Trial, known: Mapping[str, Any], made: Mapping[str, Any], at: datetime
) -> dmn.Tried:
    values = list(_values(trial.box, known))
    return trial(values, made.get("inputs") or {}, now=at.astimezone(TEHRAN))


def _values(box: TableBox, known: Mapping[str, Any]) -> Iterator[Any]:
    for each in box.inputs:
        if each.text not in known or _is_cut(known[each.text]):
            raise _Missing(each.label)
        yield known[each.text]


def _is_cut(value: Any) -> bool:
    return isinstance(value, str) and _CUT.fullmatch(value) is not None
