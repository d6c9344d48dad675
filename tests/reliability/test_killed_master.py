"""Only the process that was started is killed: nothing of it lives on and keeps its port."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import psutil
import pytest

from tests.kit.server import LiveServer
from tests.reliability.errands import eventually


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_a_server_killed_alone_leaves_nobody_on_its_port(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "home").start()
    with socket.create_connection(("127.0.0.1", server.port)):  # a browser that stays
        for each in psutil.Process(server.pid).children():
            each.suspend()  # it notices nothing by itself: only the kernel can end it
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not _answers(server.port), 60)
    server.kill()  # bury what is dead already
    server.start()
    server.stop()


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        asked.settimeout(1)
        return asked.connect_ex(("127.0.0.1", port)) == 0
