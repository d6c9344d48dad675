"""Runs jobs and nothing else: `divan worker`."""

from __future__ import annotations

import os
import signal
import time
from types import FrameType

from engine.jobs import Worker
from engine.watch import watched_by
from webapp.side_door import open_side_door
from webapp.watching.watcher import watching
from webapp.wiring import Site

#: what a service manager reads as "killed"; the leases run out and others take over
_CUT_SHORT = 128 + signal.SIGTERM
_LOOKS = 0.2  #: seconds after which a signal is heeded


def work(site: Site) -> int:
    """Run jobs until told to stop; return the exit status.

    A first SIGTERM or SIGINT lets the jobs at hand finish within the grace of the
    settings and takes no more; a second one ends the process at once.
    """
    told: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        if told:
            os._exit(_CUT_SHORT)
        told.append(number)  # no lock: the signal may come while one is held

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    settings = site.settings
    watcher = watching(settings.log)
    watched_by(watcher)
    if settings.jobs.port:
        open_side_door(site, watcher)
    worker = Worker(
        site.database,
        settings.jobs,
        threads=settings.jobs.worker_threads,
        documents=site.documents,
        seal=site.seal,
    )
    worker.start()
    print(f"Divan's worker {worker.name} runs", flush=True)  # noqa: T201 - said to who started it
    while not told:
        time.sleep(_LOOKS)
    is_done = worker.stop(settings.web.grace.total_seconds())
    watcher.close()
    return 0 if is_done else _CUT_SHORT
