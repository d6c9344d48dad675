"""Whether the tables of a database are those this release works with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import inspect, text

from engine.catalogue.find import Area
from engine.errors import EngineError
from engine.storage.database import Database
from engine.storage.migrate import folders_of
from engine.storage.revisions import read_revisions, seen_by


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
    known = read_revisions(folders_of(areas))
    current = _current(database)
    seen = seen_by(current, known)
    return Schema(
        current=tuple(sorted(current)),
        missing=tuple(each for each in known if each not in seen),
        unknown=tuple(sorted(set(current) - known.keys())),
        known=tuple(reversed(known)),
    )


def _current(database: Database) -> list[str]:
    """Return the revisions a database stands at, as Alembic keeps them."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return list(connection.scalars(text("SELECT version_num FROM alembic_version")))
