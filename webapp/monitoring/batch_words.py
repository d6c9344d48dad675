"""What acts over many cases are called, and what may be done with one as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from engine.commands.upkeep import STRANDED
from engine.model.batch import Batch
from webapp.problems import unfilled
from webapp.request import locale

#: by the name of the kind; one that is not here is called by its name
KINDS: Final[Mapping[str, Any]] = {
    "migrate": _l("Take cases to another version"),
    "try_migration": _l("Try a migration, keep nothing"),
    "undo_migration": _l("Take cases back to the version before"),
    "retry": _l("Try again what gave up"),
    "mend": _l("Mend cases that nothing moves"),
    "cancel": _l("Cancel cases"),
    "modify": _l("Move cases by hand"),
    "set_variables": _l("Set values of cases"),
    "suspend": _l("Suspend cases"),
    "resume": _l("Let cases go on"),
    "purge": _l("Purge cases"),
    "anonymise": _l("Make a person anonymous"),
}
STATES: Final[Mapping[str, Any]] = {
    "running": _l("under way"),
    "paused": _l("paused"),
    "done": _l("done"),
    "cancelled": _l("cancelled"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A batch in the words of the page."""

    batch: Batch
    what: str
    state: str
    chip: str  #: class of the mark beside it
    percent: int  #: tried so far

    @property
    def tried(self) -> int:
        """How many things were tried."""
        return self.batch.done + self.batch.failed


def shown(batch: Batch) -> Shown:
    """Return a batch in the words of the page."""
    tried = batch.done + batch.failed
    return Shown(
        batch,
        str(KINDS.get(batch.kind, batch.kind)),
        str(STATES[batch.state]),
        {"done": "overdue" if batch.failed else "good", "paused": "soon"}.get(batch.state, ""),
        100 if batch.state == "done" else 100 * tried // max(batch.total, 1),
    )


def is_told_whole(code: str) -> bool:
    """Tell whether a code's own words say all that its cause does, and in the page's language."""
    return code == STRANDED


def cause_text(code: str) -> str:
    """Return what a code says to people; empty: only its cause does."""
    text = unfilled(code, locale())
    return "" if "{" in text or code in ("GEN-500", "GEN-422") else text
