"""bpmn-engine (npm) in two processes of Node, its state one JSON document a case."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.bench import Bench
from benchmarks.clients import written
from benchmarks.peers import CACHE, HERE, PeerAbsent, run, running, socket_of
from benchmarks.processor import Meter
from benchmarks.turns import Side
from tests.kit.server import free_port

NAME: Final = "bpmn-engine, Node, 2 processes"
_HERE: Final = HERE / "bpmn_engine"


@contextmanager
def served(bench: Bench) -> Iterator[Side]:
    """Serve it with cases that wait at their first task.

    Raises:
        PeerAbsent: there is no Node, or npm could not install it.
    """
    node, url, port = _installed(), bench.database("postgresql"), free_port()
    folder, name = socket_of(url)
    environment = {
        "PEER_MODULES": str(CACHE / "bpmn-engine"),
        "PEER_SOCKET": folder,
        "PEER_DATABASE": name,
    }
    run([node, "server.mjs", "fill", "20000"], _HERE, **environment)
    numbers = iter(range(1, 20_001))
    headers = {"Content-Type": "application/json"}
    body = '{"approved": true, "note": "in order"}'
    with running([node, "server.mjs", "serve", str(port)], port, _HERE, environment) as pid:
        yield Side(
            port,
            Meter([pid, *bench.database_pids(url)]),
            lambda count: [
                written("POST", f"/tasks/{next(numbers)}", headers, body) for _ in range(count)
            ],
        )


def _installed() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise PeerAbsent("there is no Node with npm")
    folder = CACHE / "bpmn-engine"
    if not (folder / "node_modules" / "bpmn-engine").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(_HERE / "package.json", folder)
        run([npm, "install", "--no-audit", "--no-fund"], folder)
    return node
