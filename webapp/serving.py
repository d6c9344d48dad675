"""Serves the pages, and runs the jobs where no worker of its own does, behind gunicorn.

One process with threads: the embedded profile keeps SQLite's single writer and the
worker beside each other (ADR 0004). Over PostgreSQL there may be several; a stop first
says that it leaves, then finishes what it has begun (ADR 0010).
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from typing import Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from engine.jobs import Worker, bell_of
from engine.watch import watched_by
from webapp.apart import die_with
from webapp.demo import ACCOUNTS
from webapp.demo_certificates import SIGNERS
from webapp.seats import Seats
from webapp.watching.figures import share
from webapp.watching.watcher import Watching, watching
from webapp.wiring import Site

#: Seconds for which a busy thread may keep the others from running. A page asks for its turn
#: again after each answer of the database; behind jobs it would wait Python's 5 ms each time.
_TURN: Final = 0.001


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings; the worker thread lives where the requests are served."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._worker: Worker | None = None
        self._watching: Watching | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what the settings say."""
        settings = self._site.settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.web.processes,
            "threads": settings.threads + settings.web.polls,
            "worker_class": "gthread",
            "graceful_timeout": int(settings.web.grace.total_seconds()),
            "keepalive": 15,
            "timeout": 60,
            "loglevel": "warning",
            "logger_class": _Logger,
            "proc_name": "divan",
            "post_fork": _die_with_master,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
            "when_ready": self._ready,
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def run(self) -> None:
        """Serve until told to stop, then leave in order."""
        _Master(self).run()

    def load(self) -> Any:
        """Make the application inside the serving process."""
        self._watching = watching(self._site.settings.log)
        watched_by(self._watching)
        application = self._site.application(watching=self._watching)
        gc.freeze()  # it stays: who looks for garbage need not look there, while a page waits
        return Seats(application, self._site.settings.threads)

    @property
    def site(self) -> Site:
        """What is served."""
        return self._site

    def _begin(self, _: object) -> None:
        database, settings = self._site.database, self._site.settings
        database.dispose()  # connections do not cross a fork
        if settings.serves_jobs:
            sys.setswitchinterval(_TURN)
            self._worker = Worker(
                database, settings.jobs, documents=self._site.documents, seal=self._site.seal
            )
            self._worker.start()
        elif settings.jobs.redis_url:
            database.wake = bell_of(settings.jobs).ring

    def _end(self, _: object, __: object) -> None:
        if self._worker is not None:
            self._worker.stop(self._site.settings.web.grace.total_seconds())
        if self._watching is not None:
            self._watching.close()

    def _ready(self, _: object) -> None:
        for line in _greeting(self._site):
            print(line, flush=True)  # noqa: T201 - said to who started it


class _Logger(Logger):  # type: ignore[misc]
    """Gunicorn's own words, told like all others."""

    def setup(self, _: object) -> None:
        """Leave them to the root of all loggers."""
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)


class _Master(Arbiter):  # type: ignore[misc]
    """Gunicorn's master, which says that it leaves before it closes its door.

    Whoever shares requests out asks ``/health/ready`` and sends the next ones elsewhere
    meanwhile; without that pause a connection that was made but not yet taken is cut.
    """

    def handle_term(self) -> None:
        """Leave: at once where nobody asks, else after the pause that was set."""
        site: Site = self.app.site
        pause = site.settings.web.leave.total_seconds()
        asked_before = site.is_leaving
        site.leave()  # who waits for external tasks goes home, too
        if not pause or asked_before:
            super().handle_term()
        again = threading.Timer(pause, os.kill, (os.getpid(), signal.SIGTERM))
        again.daemon = True
        again.start()


def serve(site: Site) -> None:
    """Serve until told to stop."""
    site.database.dispose()
    settings = site.settings
    if settings.web.processes > 1:
        share(settings.home / "run" / f"figures-{settings.port}")
    sys.argv = sys.argv[:1]  # gunicorn reads options of its own from the command line
    Server(site).run()


def _die_with_master(arbiter: Any, _: object) -> None:
    """Let the serving process end when the one that was started is killed.

    Left alone it would notice after seconds only, keep the port meanwhile and so keep a
    new server from starting.
    """
    die_with(arbiter.pid)


def _greeting(site: Site) -> list[str]:
    settings = site.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    lines = [f"Divan listens on http://{host}:{settings.port}", f"Its data lies in {settings.home}"]
    if not settings.serves_jobs:
        lines += ["It runs no jobs: `divan worker` does"]
    if settings.demo:
        names = ", ".join(each.username for each in ACCOUNTS)
        lines += [f"Demo accounts (password {settings.demo_password}): {names}"]
        if settings.demo_cases:
            signers = ", ".join(SIGNERS)
            lines += [f"They sign with {settings.demo_signing_password}: {signers}"]
    return lines
