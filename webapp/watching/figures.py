"""Figures for Prometheus: what this process counted, and a look at the work that waits.

Several serving processes share a folder of files, so that whichever is asked answers for
all (prometheus_client, multiprocess mode).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine.queries.readings import Readings

_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  #: where the library looks for the shared folder
_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

Look = Callable[[], Readings | None]


def share(folder: Path) -> None:
    """Let the processes that begin from now on count together."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[_FOLDER] = str(folder)
    # chosen at the import, before this was known
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


class Figures:
    """The figures of one process, or of those that share a folder with it."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._times = {
            "request": self._time("request", "Requests", ["method", "route", "status"]),
            "command": self._time("command", "Commands: one transaction each", ["name"]),
            "job": self._time("job", "Runs of jobs", ["name", "outcome"]),
            "lateness": self._time("job_lateness", "From due to begun", ["kind"]),
            "connector": self._time("connector", "Calls to other systems", ["name"]),
        }
        self._counts = {
            "conflict": Counter(
                "divan_conflicts",
                "Commands taken again because somebody was faster",
                ["command"],
                registry=self._registry,
            )
        }

    def took(self, what: str, seconds: float, **labels: str) -> None:
        """Count one more that took so long."""
        self._times[what].labels(**labels).observe(seconds)

    def happened(self, what: str, **labels: str) -> None:
        """Count one more."""
        self._counts[what].labels(**labels).inc()

    def text(self, look: Look) -> bytes:
        """Return everything in Prometheus' format.

        Args:
            look: reads the work that waits; ``None`` when the database does not answer.
        """
        registry = CollectorRegistry()
        registry.register(_Work(look))
        own = self._registry
        if _FOLDER in os.environ:
            own = CollectorRegistry()
            MultiProcessCollector(own)  # type: ignore[no-untyped-call]
        return generate_latest(own) + generate_latest(registry)

    def _time(self, name: str, about: str, labels: list[str]) -> Histogram:
        return Histogram(
            f"divan_{name}_seconds", about, labels, buckets=_BUCKETS, registry=self._registry
        )


class _Work(Collector):
    """The gauges: asked of the database when they are read."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def collect(self) -> Iterator[Metric]:
        found = self._look()
        yield GaugeMetricFamily(
            "divan_database_up", "Whether the database answers", value=float(found is not None)
        )
        if found is None:
            return
        jobs = GaugeMetricFamily("divan_jobs", "Unfinished jobs", labels=["kind", "state"])
        for (kind, state), count in found.jobs.items():
            jobs.add_metric([kind, state], count)
        incidents = GaugeMetricFamily("divan_incidents", "Open incidents", labels=["code"])
        for code, count in found.incidents.items():
            incidents.add_metric([code], count)
        yield jobs
        yield incidents
        yield GaugeMetricFamily("divan_workers", "Workers alive", value=found.workers)
        yield GaugeMetricFamily(
            "divan_oldest_job_seconds", "How long the oldest due job waits", value=found.lateness
        )
