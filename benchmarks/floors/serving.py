"""Serves one floor behind gunicorn: ``python -m benchmarks.floors.serving MODULE URL PORT``."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
from gunicorn.app.base import BaseApplication

from tests.kit.server import free_port

ROOT = Path(__file__).resolve().parents[2]


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with processes that answer one request at a time: the faster way for a floor."""

    def __init__(self, module: str, url: str, port: str, processes: str) -> None:
        self._module, self._url, self._port, self._processes = module, url, port, processes
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it needs."""
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}",
            "workers": int(self._processes),
            "threads": 8,
            "worker_class": "gthread",
            "keepalive": 15,
            "loglevel": "warning",
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Make the application inside the serving process."""
        return import_module(self._module).create(self._url)


@contextmanager
def served(module: str, url: str, processes: int = 2) -> Iterator[tuple[int, int]]:
    """Serve a floor; give its port and the process that was started."""
    port = free_port()
    command = [sys.executable, "-m", __name__, module, url, str(port), str(processes)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def wait_for(
    port: int, process: subprocess.Popen[bytes], seconds: float = 90.0, pause: float = 0.05
) -> None:
    """Wait until a server accepts connections and answers anything at all.

    Raises:
        RuntimeError: it ended, or did not answer in time.
    """
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}")
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
        except httpx.HTTPError:
            time.sleep(pause)
        else:
            return
    raise RuntimeError(f"nobody answered on port {port} within {seconds:.0f} s")


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.argv = sys.argv[:1]  # gunicorn would read them
    Server(*given).run()
