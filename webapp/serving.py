"""Serves the pages and runs the jobs in one process, behind gunicorn.

One process with threads: the embedded profile keeps SQLite's single writer and the
worker beside each other (ADR 0004).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from engine.jobs import Worker
from webapp.demo import ACCOUNTS
from webapp.wiring import Site

_PR_SET_PDEATHSIG: Final = 1  #: of Linux's prctl(2)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings; the worker thread lives where the requests are served."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._worker: Worker | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what the settings say."""
        settings = self._site.settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": 1,
            "threads": settings.threads,
            "worker_class": "gthread",
            "graceful_timeout": 10,
            "keepalive": 15,
            "timeout": 60,
            "loglevel": "warning",
            "proc_name": "divan",
            "post_fork": _die_with_parent,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
            "when_ready": self._ready,
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Make the application inside the serving process."""
        return self._site.application()

    def _begin(self, _: object) -> None:
        self._site.database.dispose()  # connections do not cross a fork
        self._worker = Worker(self._site.database)
        self._worker.start()

    def _end(self, _: object, __: object) -> None:
        if self._worker is not None:
            self._worker.stop()

    def _ready(self, _: object) -> None:
        for line in _greeting(self._site):
            print(line, flush=True)  # noqa: T201 - said to who started it


def serve(site: Site) -> None:
    """Serve until told to stop."""
    site.database.dispose()
    sys.argv = sys.argv[:1]  # gunicorn reads options of its own from the command line
    Server(site).run()


def _die_with_parent(arbiter: Any, _: object) -> None:
    """Let the serving process end when the one that was started is killed.

    Left alone it would notice after seconds only, keep the port meanwhile and so keep a
    new server from starting. Elsewhere than on Linux it is left alone.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != arbiter.pid:  # killed before the kernel was told
            os._exit(1)


def _greeting(site: Site) -> list[str]:
    settings = site.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    lines = [f"Divan listens on http://{host}:{settings.port}", f"Its data lies in {settings.home}"]
    if settings.demo:
        names = ", ".join(each.username for each in ACCOUNTS)
        lines += [f"Demo accounts (password {settings.demo_password}): {names}"]
    return lines
