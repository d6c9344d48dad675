"""The columns of a list of work: those a view has, or those its reader chose, in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from engine.model.listing import NUMBERS
from engine.queries.asked import AMOUNT, CLOSED, CREATED, DUE, PRIORITY, VALUE
from engine.queries.inbox import View
from engine.queries.work_rows import WorkRow
from engine.storage.bundles import Deployed
from webapp.inbox.filters import business_fields
from webapp.request import locale
from webapp.texts import N_, texts_in

#: Business values that get a column unless the reader chose; more would not fit.
MOST_COLUMNS: Final = 3
WHO, OUTCOME, UNTIL, PROCESS, UNIT = "who", "outcome", "until", "process", "unit"
#: what a view shows after the business values
_USUAL: Final[Mapping[View, tuple[str, ...]]] = {
    "inbox": (AMOUNT, DUE, WHO),
    "waiting": (AMOUNT, DUE, WHO),
    "started": (AMOUNT, DUE, WHO),
    "done": (AMOUNT, OUTCOME, CLOSED),
    "snoozed": (AMOUNT, DUE, UNTIL),
    "late": (AMOUNT, DUE, WHO),
}
_NOT_IN: Final[Mapping[str, frozenset[str]]] = {
    OUTCOME: frozenset({"inbox", "waiting", "started", "snoozed", "late"}),
    CLOSED: frozenset({"inbox", "waiting", "started", "snoozed", "late"}),
    UNTIL: frozenset({"inbox", "waiting", "started", "done", "late"}),
    WHO: frozenset({"done"}),
    DUE: frozenset({"done"}),
    PRIORITY: frozenset({"started"}),
    CREATED: frozenset({"started"}),
}
_OWN: Final = (
    (AMOUNT, N_("Amount (rials)"), "rial"),
    (DUE, N_("Due"), "text"),
    (WHO, N_("Who has it"), "text"),
    (CREATED, N_("Came on"), "text"),
    (PRIORITY, N_("Priority"), "number"),
    (PROCESS, N_("Process"), "text"),
    (UNIT, N_("Unit"), "text"),
    (OUTCOME, N_("Outcome"), "text"),
    (CLOSED, N_("Done on"), "text"),
    (UNTIL, N_("Put off until"), "text"),
)
_SORTED: Final = frozenset({AMOUNT, DUE, CREATED, PRIORITY, CLOSED})
WIDTHS: Final = ("", "narrow", "wide")


@dataclass(frozen=True, slots=True)
class Column:
    """One column beside the title, which is always there."""

    key: str
    label: str
    kind: str = "text"
    width: str = ""

    @property
    def is_number(self) -> bool:
        """Tell whether its values stand under each other by their last digit."""
        return self.kind in NUMBERS

    @property
    def value(self) -> str | None:
        """Which business value it shows."""
        return self.key.removeprefix(VALUE) if self.key.startswith(VALUE) else None

    @property
    def sort(self) -> str | None:
        """What the list is sorted by when one asks for this column."""
        return self.key if self.key in _SORTED or self.value else None


def columns_of(view: View, rows: Sequence[WorkRow], chosen: Any = None) -> tuple[Column, ...]:
    """Return the columns of a page.

    Args:
        chosen: the preference of the reader: by view, keys with widths.
    """
    values = {
        f"{VALUE}{key}": (label, kind)
        for key, (label, kind) in business_fields(_definitions(rows)).items()
    }
    wanted = list(_chosen(view, chosen)) or [
        *((key, "") for key in list(values)[:MOST_COLUMNS]),
        *((key, "") for key in _USUAL[view]),
    ]
    labels = values | {key: (label, kind) for key, label, kind in _own(view, locale())}
    return tuple(Column(key, *labels[key], width) for key, width in wanted if key in labels)


def choices_of(
    view: View, definitions: Sequence[Deployed], shown: Sequence[Column]
) -> list[tuple[Column, bool]]:
    """Return every column a view can have, those shown first and as they stand."""
    there = {each.key for each in shown}
    others = [Column(key, label, kind) for key, label, kind in _own(view, locale())]
    for key, (label, kind) in business_fields(definitions).items():
        others.append(Column(f"{VALUE}{key}", label, kind))
    return [(each, True) for each in shown] + [
        (each, False) for each in others if each.key not in there
    ]


@cache
def _own(view: View, language: str) -> tuple[tuple[str, str, str], ...]:
    """Return the columns of every process: key, label and kind."""
    say = texts_in(language).gettext
    return tuple(
        (key, say(label), kind)
        for key, label, kind in _OWN
        if view not in _NOT_IN.get(key, frozenset())
    )


def _chosen(view: View, chosen: Any) -> Iterator[tuple[str, str]]:
    """Yield what a reader chose, as far as it has the shape of a choice."""
    of_view = chosen.get(view) if isinstance(chosen, Mapping) else None
    for each in of_view if isinstance(of_view, list) else ():
        if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str):
            yield each[0], each[1] if each[1] in WIDTHS else ""


def _definitions(rows: Iterable[WorkRow]) -> Iterable[Deployed]:
    return {(row.definition.id, row.process_id): row.definition for row in rows}.values()
