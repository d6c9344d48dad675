"""Whether the tables of a database are those this release works with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.catalogue.find import Area
from engine.errors import EngineError
from engine.storage.database import Database
from engine.storage.migrate import alembic_config


class SchemaWrong(EngineError):
    """The tables are older or newer than this release needs; nothing was changed."""

    code = "GEN-503"


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database has seen of the migrations of this release."""

    current: tuple[str, ...]  #: revisions the database stands at
    missing: tuple[str, ...]  #: revisions of this release it has not seen, oldest first
    unknown: tuple[str, ...]  #: revisions it has seen that this release does not know
    known: tuple[str, ...]  #: every revision of this release

    @property
    def is_current(self) -> bool:
        """Tell whether this release can work with the database."""
        return not self.missing and not self.unknown

    @property
    def lack(self) -> str | None:
        """What the database has to see before this release can work with it."""
        if not self.missing:
            return None
        return f"the database has not seen {', '.join(self.missing)}; run `divan migrate` first"

    def refuse_newer(self) -> None:
        """Refuse a database that a newer release has changed.

        Raises:
            SchemaWrong: it has seen migrations that this release does not know.
        """
        if self.unknown:
            raise SchemaWrong(
                "the database was changed by a newer release (it has seen "
                f"{', '.join(self.unknown)}); start that release, or restore a backup from before"
            )

    def refuse_other(self) -> None:
        """Refuse a database that is newer or older than this release.

        Raises:
            SchemaWrong: it is.
        """
        self.refuse_newer()
        if self.lack:
            raise SchemaWrong(self.lack)


def schema_of(database: Database, areas: Iterable[Area]) -> Schema:
    """Compare the database with the migrations of this release."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
        script = ScriptDirectory.from_config(alembic_config(connection, areas))
    known = {each.revision: each for each in script.walk_revisions()}
    seen: set[str] = set()
    waiting = [each for each in current if each in known]
    while waiting:
        revision = waiting.pop()
        if revision not in seen:
            seen.add(revision)
            waiting += known[revision]._all_down_revisions  # noqa: SLF001 - `depends_on` included
    return Schema(
        current=tuple(sorted(current)),
        missing=tuple(each for each in reversed(known) if each not in seen),
        unknown=tuple(sorted(set(current) - known.keys())),
        known=tuple(known),
    )
