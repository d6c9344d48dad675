"""Processor time: of a server with its database, and of everybody else on the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

import psutil


class Meter:
    """Adds up the processor time of processes with everything they started, also the ended."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._roots = [psutil.Process(pid) for pid in pids]

    def seconds(self) -> float:
        """Return what they have used so far."""
        return sum(_used(each) for root in self._roots for each in _tree(root))


class Others:
    """How much of the machine others used while we measured."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._began = time.monotonic(), _busy(), meter.seconds()

    def share(self) -> float:
        """Return the share of all cores that others used, 0 to 1."""
        at, busy, ours = self._began
        took = (time.monotonic() - at) * (os.cpu_count() or 1)
        others = (_busy() - busy) - (self._meter.seconds() - ours)
        return max(0.0, others / took) if took else 0.0


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice + times.irq + times.softirq)


def _tree(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
