"""Figures and spans of the real server: several processes count together, traces go on."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.kit.databases import Databases
from tests.kit.server import LiveServer
from tests.kit.statements import Office

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("figures")]

ASKED = 40


def test_serving_processes_count_together(databases: Databases, prepared, tmp_path: Path):
    url = databases.create("postgresql", prepared("postgresql", "demo"))
    server = LiveServer(
        tmp_path / "home", database_url=url, settings={"DIVAN_WEB_PROCESSES": "2"}
    ).start()
    for _ in range(ASKED):
        httpx.get(f"{server.address}/sign-in")

    text = httpx.get(f"{server.address}/metrics").text

    counted = re.search(
        r'divan_request_seconds_count\{method="GET",route="/sign-in",status="200"\} (\S+)', text
    )
    assert counted is not None
    assert float(counted[1]) == ASKED
    assert "divan_database_up 1.0" in text
    server.stop()
    databases.drop(url)


class Collector:
    """Takes spans over OTLP, as a collector does."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, str, str]] = []  #: name, trace, span, parent

        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def take(self, sent: ExportTraceServiceRequest) -> None:
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                for each in scope.spans:
                    ids = (each.trace_id.hex(), each.span_id.hex(), each.parent_span_id.hex())
                    self.spans.append((each.name, *ids))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.close()


def test_a_trace_goes_on_from_the_request_over_the_command_to_the_job_it_made(
    collector: Collector, tmp_path: Path
):
    settings = {"DIVAN_OTLP_ENDPOINT": collector.address}
    server = LiveServer(tmp_path / "home", settings=settings).start()
    office = Office(server.address)
    office.file(1)
    office.settle(1, until=lambda: len(office.open_steps()) > 0)
    time.sleep(1)
    office.close()
    server.stop()

    by_id = {span: (name, trace, parent) for name, trace, span, parent in collector.spans}
    jobs = [each for each in by_id.values() if each[0].startswith("job ") and each[2] in by_id]
    assert jobs, sorted({each[0] for each in by_id.values()})
    for _, trace, parent in jobs:
        command, command_trace, above = by_id[parent]
        assert command.startswith("command ")
        assert by_id[above][0].startswith(("request ", "job ", "command "))
        assert trace == command_trace == by_id[above][1]
    roots = {by_id[_root(by_id, parent)][0] for _, _, parent in jobs}
    assert any(each.startswith("request /") for each in roots), roots


def _root(spans: dict[str, tuple[str, str, str]], span: str) -> str:
    while spans[span][2] in spans:
        span = spans[span][2]
    return span
