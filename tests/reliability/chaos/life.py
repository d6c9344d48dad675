"""A process of Divan in a group of its own: started, paused, killed, started again.

It runs what its users run, `divan serve` or `divan worker`. The interpreter that has
loaded Divan's modules and its areas' is forked instead of started anew each time: a machine
of two cores would spend its time on that and not on work.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from engine.catalogue.find import REGISTERING, find_areas
from tests.reliability.chaos.meddling import Meddling
from webapp.cli import main

STARTS_WITHIN = 60.0  #: seconds, on a busy machine
_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(
    [__name__, *(f"{each.package}.{name}" for each in find_areas() for name in REGISTERING)]
)


class Life:
    """One process and those after it, in one home."""

    def __init__(
        self,
        name: str,
        command: str,
        home: Path,
        settings: Mapping[str, str],
        meddling: Meddling | None = None,
        namespace: str | None = None,
    ) -> None:
        self.name = name
        self._given = (command, home, dict(settings), meddling or Meddling(), namespace)
        self.log = home / f"{name}.log"
        self._process: BaseProcess | None = None
        self.is_paused = False

    def start(self) -> Life:
        """Start it; the next one writes on in the same log."""
        process = _nursery.Process(target=_live, args=(*self._given, self.log), daemon=True)
        process.start()
        self._process, self.is_paused = process, False
        return self

    @property
    def is_running(self) -> bool:
        """Tell whether it has been started and not ended."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """How it ended, waiting for its end."""
        assert self._process is not None
        self._process.join(STARTS_WITHIN)
        return self._process.exitcode

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to every process of its group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def pause(self) -> None:
        """Stop it where it is."""
        self.is_paused = True
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)
        self.is_paused = False

    def kill(self) -> None:
        """Kill it at once, all of it, also when it is paused."""
        if self._process is not None and self.is_running:
            self.signal(signal.SIGKILL)
            self._process.kill()  # one that has only begun has no group of its own yet
            self._process.join(60)

    def told(self) -> str:
        """Return all it and those before it have printed."""
        if not self.log.exists():
            return ""
        return self.log.read_text(encoding="utf-8", errors="replace")


def _live(
    command: str,
    home: Path,
    settings: Mapping[str, str],
    meddling: Meddling,
    namespace: str | None,
    log: Path,
) -> None:
    os.setsid()
    os.chdir(home)
    _write_to(log)
    if namespace is not None:
        _move_to(namespace)
    for name in [each for each in os.environ if each.startswith("DIVAN_")]:
        del os.environ[name]
    os.environ.update(settings)
    meddling.apply()
    sys.exit(main([command]))


def _write_to(log: Path) -> None:
    kept = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(kept, 1)
    os.dup2(kept, 2)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def _move_to(namespace: str) -> None:
    """Move this process to a network namespace that `ip netns` has made (Linux, root)."""
    import ctypes  # noqa: PLC0415 - only where there are namespaces

    of_network = 0x40000000  # CLONE_NEWNET of Linux's sched.h
    held = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(held, of_network):
        raise OSError(ctypes.get_errno(), f"network namespace {namespace}")
    os.close(held)
