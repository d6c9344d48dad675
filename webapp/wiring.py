"""Puts the parts together: settings, database, areas, worker, web application.

The only place that knows which implementation serves which part; the command line and
the tests build from here.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from flask import Flask

from engine import connectors
from engine.catalogue.bundle import Bundle
from engine.catalogue.find import Area, find_areas, load_areas
from engine.catalogue.full_levels import FULL_LEVELS
from engine.commands import deployments
from engine.commands.sealing import Seal, signing_key
from engine.connectors.anchoring import Outside
from engine.settings import Settings
from engine.storage import feed
from engine.storage.clock import DatabaseClock
from engine.storage.database import Database
from engine.storage.document_store import DocumentStore, FolderStore
from engine.storage.migrate import migrate
from engine.storage.reach import alone, wait_for, why_away
from engine.storage.schema import schema_of
from engine.storage.site import load_site, site_file
from engine.storage.vault import Vault
from forms.deploying import findings
from webapp import api, engine_rest
from webapp.app import create_app
from webapp.documents.press import Press
from webapp.security import secret_keys
from webapp.signing.trusting import outside
from webapp.studio.deploying.checks import all_found
from webapp.talk.letters import Writer
from webapp.watching.watcher import Watching


@dataclass(frozen=True, slots=True)
class Site:
    """One deployment: its settings, its database and its business areas."""

    settings: Settings
    database: Database
    areas: tuple[Area, ...]
    #: one byte that every serving process sees: the master set it before it closes its door
    _leaving: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, 1), repr=False)

    @classmethod
    def open(cls, settings: Settings, *, pages: bool = True) -> Site:
        """Find and load the areas and open the database, where nothing is written yet."""
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # ours alone
        areas = find_areas(settings.process_folders)
        load_areas(areas, pages=pages)
        made = cls(settings, Database(settings.database_url, settings.database), areas)
        connectors.SITE.vault, connectors.SITE.mail = made.vault, settings.mail
        writer = Writer(settings.web.public_url)
        connectors.SITE.write, connectors.SITE.write_digest = writer.of_notice, writer.of_digest
        connectors.SITE.check_deployment = all_found
        connectors.SITE.write_report = writer.of_report
        connectors.SITE.outbound = settings.outbound
        connectors.SITE.trusts = partial(outside, settings.signing)
        FULL_LEVELS.processes = frozenset(map(str.strip, settings.signing.full.split(","))) - {""}
        connectors.SITE.sms, connectors.SITE.write_message = settings.sms, writer.message_of
        connectors.SITE.press = Press(settings.web.public_url)
        connectors.SITE.documents, connectors.SITE.signing = made.documents, settings.signing
        connectors.SITE.taking = settings.documents
        connectors.SITE.anchors = Outside(
            settings.journal_anchor_database,
            settings.journal_anchor_mail,
            settings.journal_tsa,
            made.seal.anchor.with_suffix(".stamps"),
        )
        return made

    def reach(self, tell: Callable[[str], None], *, tables: bool = False) -> None:
        """Wait for a database that is not up yet, and refuse one that a newer release changed.

        Args:
            tables: whether others migrate, and their work is waited for too.

        Raises:
            DatabaseAway: it, or its tables, were not there in time.
            SchemaWrong: its tables are newer than this release.
        """
        patience = self.settings.database.patience
        wait_for(lambda: why_away(self.database), patience, tell)
        schema_of(self.database, self.areas).refuse_newer()
        if tables:
            wait_for(lambda: schema_of(self.database, self.areas).lack, patience, tell)

    def prepare(self, at: datetime, *, migrates: bool = True) -> None:
        """Bring the tables up to date, load the site's calendar and units, deploy new folders.

        One process at a time does so; the next finds it done.

        Raises:
            SchemaWrong: the tables are newer than this release, or older and ``migrates``
                is false.
        """
        with alone(self.database):
            schema = schema_of(self.database, self.areas)
            schema.refuse_newer()
            if not migrates:
                schema.refuse_other()
            elif schema.missing:
                migrate(self.database, self.areas)
            if migrates:  # it may have been put back by PostgreSQL's own tools
                with self.database.engine.begin() as connection:
                    feed.settle(connection)
            self._fill(at)

    def _fill(self, at: datetime) -> None:
        uow = self.database.unit_of_work()
        with uow:
            load_site(uow.session, site_file())
            uow.commit()
        for area in self.areas:
            bundle = Bundle.read(area.folder)
            if bundle.diagrams:  # an area may have pages and hear of others only
                deployments.deploy(uow, bundle, at=at, forms=findings)

    @property
    def documents(self) -> DocumentStore:
        """Where the contents of documents lie; on several hosts the folder is a shared one."""
        return FolderStore(self.settings.home / "documents")

    @property
    def vault(self) -> Vault:
        """What seals the site's secrets, by its keys, the newest first."""
        return Vault(secret_keys(self.settings))

    @property
    def seal(self) -> Seal:
        """What the journal is sealed with: a key of the site's own, and where it is anchored."""
        anchor = self.settings.journal_anchor
        return Seal(
            signing_key(secret_keys(self.settings)[0]),
            Path(anchor) if anchor else self.settings.home / "journal.anchor",
        )

    def leave(self) -> None:
        """Say to whoever asks that no more requests should come."""
        self._leaving[0] = 1

    @property
    def is_leaving(self) -> bool:
        """Tell whether the server is about to stop."""
        return self._leaving[0] == 1

    def application(
        self, clock: Callable[[], datetime] | None = None, *, watching: Watching | None = None
    ) -> Flask:
        """Return the web application over this site, told the time by its database."""
        return create_app(
            self.database,
            settings=self.settings,
            documents=self.documents,
            apis=[engine_rest.blueprint, api.blueprint],
            clock=clock or DatabaseClock(self.database),
            is_leaving=lambda: self.is_leaving,
            watching=watching,
        )
