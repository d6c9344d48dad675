"""Every key of ``process.toml``: what the reader knows, and what the workshop's page asks for.

One table for both, so that neither can know a key that the other does not.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


class Kind(enum.Enum):
    """What a key says, and so how it is asked for."""

    TEXT = "text"
    TITLE = "title"  #: Persian here, English in ``texts.en.toml``
    FLAG = "flag"
    OWN_FLAG = "own_flag"  #: true, false, or left to what stands above it
    WHOLE = "whole"
    ROLE = "role"
    PLACE = "place"
    LANE = "lane"
    LANES = "lanes"
    FORM = "form"
    VARIABLE = "variable"
    DUE = "due"
    OFFER = "offer"
    LEVEL = "level"  #: of a signature
    REASON = "reason"  #: true, or why
    COLUMN = "column"
    STEPS = "steps"
    EVENTS = "events"
    CONNECTOR = "connector"
    VALUES = "values"  #: a table of texts and FEEL
    RETENTION = "retention"  #: a class of records
    PERSONAL = "personal"  #: what of a person a variable holds


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table."""

    name: str  #: nothing where the table is one value for each row
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row for each of its names, or a list of rows."""

    keys: tuple[Key, ...]
    is_list: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of its keys."""
        return frozenset(each.name for each in self.keys)

    @property
    def value(self) -> Key | None:
        """The one key of a table that has a value for each row, and nothing inside."""
        return self.keys[0] if self.keys[0].name == "" else None


#: the tables of a process by name
_TABLES: Final[Mapping[str, Table]] = {
    "lanes": Table((Key("role", Kind.ROLE), Key("in", Kind.PLACE), Key("head", Kind.ROLE))),
    "tasks": Table(
        (
            Key("due", Kind.DUE),
            Key("escalate", Kind.ROLE),
            Key("confirm", Kind.FLAG),
            Key("sign", Kind.LEVEL),
            Key("sign_full", Kind.LEVEL),
            Key("priority", Kind.WHOLE),
            Key("bulk", Kind.FLAG),
            Key("bulk_to", Kind.WHOLE),
            Key("high_risk", Kind.FLAG),
            Key("point_of_no_return", Kind.REASON),
            Key("returns", Kind.OWN_FLAG),
            Key("offer", Kind.OFFER),
            Key("retries", Kind.TEXT),
            Key("lease", Kind.WHOLE),
            Key("connector", Kind.CONNECTOR),
            Key("connection", Kind.TEXT),
            Key("input", Kind.VALUES),
            Key("output", Kind.VALUES),
        )
    ),
    "timers": Table((Key("", Kind.DUE),)),
    "not_same_person": Table(
        (Key("steps", Kind.STEPS), Key("code", Kind.TEXT), Key("exception", Kind.ROLE)),
        is_list=True,
    ),
    "messages": Table((Key("lane", Kind.LANE), Key("reason", Kind.FLAG))),
    "columns": Table((Key("", Kind.COLUMN),)),
    "webhooks": Table((Key("", Kind.EVENTS),)),
    "personal": Table((Key("", Kind.PERSONAL),)),
    "papers": Table(
        (
            Key("title", Kind.TEXT),
            Key("after", Kind.STEPS),
            Key("when", Kind.TEXT),
            Key("template", Kind.TEXT),
            Key("series", Kind.TEXT),
            Key("retention", Kind.TEXT),
            Key("language", Kind.TEXT),
            Key("values", Kind.VALUES),
            Key("signed_by", Kind.VALUES),
        )
    ),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the file: its own keys, and the tables in it by name."""

    keys: tuple[Key, ...]
    tables: Mapping[str, Table]

    @property
    def names(self) -> frozenset[str]:
        """All that may stand in it."""
        return frozenset(each.name for each in self.keys) | self.tables.keys()


#: what is said of the area; its data stores stand in the file beside it, not in it
AREA: Final = Section(
    (Key("id", Kind.TEXT), Key("title", Kind.TITLE)),
    {"data_stores": Table((Key("table", Kind.TEXT), Key("key", Kind.TEXT)))},
)
PROCESS: Final = Section(
    (
        Key("title", Kind.TITLE),
        Key("start_lanes", Kind.LANES),
        Key("start_form", Kind.FORM),
        Key("amount", Kind.VARIABLE),
        Key("subject", Kind.VARIABLE),
        Key("unit", Kind.TEXT),
        Key("returns", Kind.FLAG),
        Key("target", Kind.WHOLE),
        Key("retention", Kind.RETENTION),
        Key("retention_years", Kind.WHOLE),
        Key("retention_from", Kind.TEXT),
    ),
    _TABLES,
)
