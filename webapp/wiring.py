"""Puts the parts together: settings, database, areas, worker, web application.

The only place that knows which implementation serves which part; the command line and
the tests build from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from engine.catalogue.bundle import Bundle
from engine.catalogue.find import Area, find_areas, load_areas
from engine.commands import deployments
from engine.jobs import utc_now
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.migrate import migrate
from engine.storage.site import load_site, site_file
from webapp import engine_rest
from webapp.app import create_app


@dataclass(frozen=True, slots=True)
class Site:
    """One deployment: its settings, its database and its business areas."""

    settings: Settings
    database: Database
    areas: tuple[Area, ...]

    @classmethod
    def open(cls, settings: Settings, *, pages: bool = True) -> Site:
        """Find and load the areas and open the database; nothing is written yet."""
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # ours alone
        areas = find_areas(settings.process_folders)
        load_areas(areas, pages=pages)
        return cls(settings, Database(settings.database_url, settings.database), areas)

    def prepare(self, at: datetime) -> None:
        """Bring the tables up to date, load the site's calendar and units, deploy new folders."""
        migrate(self.database, self.areas)
        uow = self.database.unit_of_work()
        with uow:
            load_site(uow.session, site_file())
            uow.commit()
        for area in self.areas:
            deployments.deploy(uow, Bundle.read(area.folder), at=at)

    def application(self, clock: Callable[[], datetime] = utc_now) -> Flask:
        """Return the web application over this site."""
        return create_app(
            self.database, settings=self.settings, apis=[engine_rest.blueprint], clock=clock
        )
