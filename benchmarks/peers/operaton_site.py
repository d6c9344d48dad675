"""Operaton's engine with its REST API in Spring Boot, as its starter sets it: history in full.

It asks nobody who he is, which the product does.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks.bench import Bench
from benchmarks.clients import written
from benchmarks.peers import CACHE, HERE, PeerAbsent, run, running, socket_of
from benchmarks.processor import Meter
from benchmarks.product import VALUES
from benchmarks.turns import Side
from tests.kit.server import free_port

NAME: Final = "Operaton, REST"
_HERE: Final = HERE / "operaton"
_KINDS: Final = {bool: "Boolean", int: "Integer", str: "String"}
_BODY: Final = (
    '{"variables": {"approved": {"value": true, "type": "Boolean"},'
    ' "note": {"value": "in order", "type": "String"}}}'
)


@contextmanager
def served(bench: Bench) -> Iterator[Side]:
    """Serve it with the process deployed.

    Raises:
        PeerAbsent: there is no JDK or Maven, or it could not be built.
    """
    jar, url, port = _built(), bench.database("postgresql"), free_port()
    folder, name = socket_of(url)
    factory = "org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg"
    socket = f"{folder}/.s.PGSQL.5432"
    environment = {
        "SERVER_PORT": str(port),
        "SPRING_DATASOURCE_URL": f"jdbc:postgresql://localhost/{name}"
        f"?socketFactory={factory}&socketFactoryArg={socket}&sslmode=disable",
        "SPRING_DATASOURCE_USERNAME": "postgres",
        "SPRING_DATASOURCE_PASSWORD": "unused",
    }
    with (
        running(["java", "-Xmx1g", "-jar", str(jar)], port, _HERE, environment) as pid,
        httpx.Client(base_url=f"http://127.0.0.1:{port}/engine-rest", timeout=60) as client,
    ):
        content = (_HERE / "order.bpmn").read_bytes()
        _good(client.post("/deployment/create", files={"order.bpmn": ("order.bpmn", content)}))
        yield Side(
            port,
            Meter([pid, *bench.database_pids(url)]),
            lambda count: [_completion(each) for each in _opened(client, count)],
        )


def _opened(client: httpx.Client, count: int) -> list[str]:
    """Start cases; return the tasks they opened."""
    given = {key: {"value": each, "type": _KINDS[type(each)]} for key, each in VALUES.items()}
    for _ in range(count):
        _good(client.post("/process-definition/key/order/start", json={"variables": given}))
    asked = {"taskDefinitionKey": "A", "maxResults": str(count)}
    return [each["id"] for each in _good(client.get("/task", params=asked)).json()]


def _completion(task: str) -> bytes:
    headers = {"Content-Type": "application/json"}
    return written("POST", f"/engine-rest/task/{task}/complete", headers, _BODY)


def _good(answer: Any) -> Any:
    if answer.status_code >= 300:
        raise RuntimeError(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")
    return answer


def _built() -> Path:
    folder = CACHE / "operaton"
    jar = folder / "operaton.jar"
    if not shutil.which("java"):
        raise PeerAbsent("there is no JDK")
    if not jar.exists():
        if not shutil.which("mvn"):
            raise PeerAbsent("there is no Maven")
        repository = f"-Dmaven.repo.local={CACHE / 'maven'}"
        run(["mvn", "-B", "-q", repository, f"-Dout={folder}", "package"], _HERE)
    return jar
