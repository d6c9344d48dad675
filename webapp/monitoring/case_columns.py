"""The columns of the list of cases: the usual ones, or those that its reader asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from flask_babel import gettext as _

from engine.storage.bundles import Deployed
from forms import Choice, Field
from webapp.wording import words_of

COLUMNS: Final = "columns"  #: the key of an address that names them
VALUE: Final = "value."  #: before the key of a business value of the process asked for
USUAL: Final = ("unit", "amount", "started", "state", "waits")
AMOUNTS: Final = frozenset({"amount", "days"})


class Column(NamedTuple):
    """One column beside the title, which is always there."""

    key: str
    label: str

    @property
    def is_amount(self) -> bool:
        """Tell whether numbers stand in it."""
        return self.key in AMOUNTS


def known(chosen: Deployed | None) -> Mapping[str, str]:
    """Return what every column is called, by its key."""
    names = {
        "unit": _("Unit"),
        "amount": _("Amount (rials)"),
        "started": _("Started on"),
        "ended": _("Ended on"),
        "state": _("State"),
        "waits": _("Waits at"),
        "number": _("Number"),
        "process": _("Process"),
        "version": _("Version of the process"),
    }
    if chosen is not None:
        words = words_of(chosen)
        names |= {f"{VALUE}{key}": words.column(key) for key in chosen.columns}
    return names


def field_of_columns(chosen: Deployed | None) -> Field:
    """Return the question which columns are shown."""
    choices = tuple(Choice(key, name) for key, name in known(chosen).items())
    hint = _("None chosen: the usual ones. A kept view keeps them.")
    return Field("checklist", COLUMNS, _("Columns"), hint, choices=choices)


def columns(asked: Sequence[str], chosen: Deployed | None) -> tuple[Column, ...]:
    """Return the columns that are shown; what is none is left out."""
    names = known(chosen)
    found = tuple(Column(each, names[each]) for each in asked if each in names)
    return found or tuple(Column(each, names[each]) for each in USUAL)
