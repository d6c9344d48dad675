"""The HTTP connector against real servers on loopback, friendly and hostile."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.connectors.connector import CallRefused, NoOutcome, NotSent, Request
from engine.connectors.http import HttpConnector
from engine.connectors.line import LARGEST
from engine.model.connection import ConnectionRefused, HttpSettings, read_settings
from engine.model.effect import Guarantee

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LOOPBACK = ("127.0.0.1/32",)


class Raw:
    """A server that says what it was told to, byte by byte, and keeps what it heard."""

    def __init__(self, says: bytes, *, drip: float = 0.0) -> None:
        self.heard = b""
        self._says, self._drip = says, drip
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._thread.join(60)
        self._listener.close()

    def _serve(self) -> None:
        caller, _ = self._listener.accept()
        with caller:
            self.heard = _whole_request(caller)
            try:
                if not self._drip:
                    caller.sendall(self._says)
                for each in self._says if self._drip else b"":
                    caller.sendall(bytes([each]))
                    time.sleep(self._drip)
            except OSError:
                pass  # hung up on us


def _whole_request(caller: socket.socket) -> bytes:
    heard = caller.recv(65536)
    length = re.search(rb"Content-Length: (\d+)", heard)
    while length and len(heard.partition(b"\r\n\r\n")[2]) < int(length[1]):
        heard += caller.recv(65536)
    return heard


@pytest.fixture
def serve():
    """Start servers that say what they are told; they are closed afterwards."""
    started = []

    def start(says: bytes, **how) -> Raw:
        started.append(Raw(says, **how))
        return started[-1]

    yield start
    for each in started:
        each.close()


def _answer(status: str, body: str = "", kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: "
    return f"{head}{len(body.encode())}\r\n\r\n{body}".encode()


def _connector(url: str, timeout: float = 30.0, secrets=None, **settings) -> HttpConnector:
    checked = read_settings("bank", "http", {"url": url, "networks": list(LOOPBACK), **settings})
    assert isinstance(checked, HttpSettings)
    return HttpConnector("bank", checked, secrets or {}, timeout=timeout)


def _request(**inputs) -> Request:
    return Request("case-7", {"path": "/payments", **inputs}, NOON)


def test_a_request_carries_its_key_its_body_and_the_connections_headers(serve):
    server = serve(_answer("201 Created", '{"receipt": 12345678901234567890.5}'))
    secrets, headers = {"token": "s3cret"}, {"Authorization": "Bearer {token}"}
    connector = _connector(server.url + "/v1", 30.0, secrets, headers=headers)

    response = connector.call(_request(json={"متن": "واریز"}, query={"q": "a b", "n": 5}))

    head, _, body = server.heard.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/payments?q=a+b&n=5 HTTP/1.1")
    assert b"Idempotency-Key: case-7" in head
    assert b"Authorization: Bearer s3cret" in head
    assert body.decode() == '{"متن":"واریز"}'
    assert str(response["json"]["receipt"]) == "12345678901234567890.5"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("400 No", CallRefused),
        ("302 Found", CallRefused),
        ("404 No", CallRefused),
        ("409 Conflict", CallRefused),
        ("429 Later", NotSent),
        ("500 Oh", NoOutcome),
        ("503 Oh", NoOutcome),
    ],
)
def test_what_a_status_says_of_the_outcome(serve, status, error):
    server = serve(_answer(status, more="Location: http://169.254.169.254/\r\n"))

    with pytest.raises(error):
        _connector(server.url).call(_request())


def test_a_conflict_with_the_first_call_of_a_key_leaves_the_outcome_open(serve):
    server = serve(_answer("409 Conflict"))

    with pytest.raises(NoOutcome):
        _connector(server.url, guarantee="idempotent").call(_request())


def test_an_answer_that_is_too_large_or_cut_off_or_no_answer_leaves_the_outcome_open(serve):
    large = serve(_answer("200 OK", "x" * (LARGEST + 1), "text/plain"))
    cut = serve(_answer("200 OK", "x" * 100)[:-50])
    nonsense = serve(b"SSH-2.0\r\n")

    for server in (large, cut, nonsense):
        with pytest.raises(NoOutcome):
            _connector(server.url).call(_request())


def test_a_server_that_drips_is_hung_up_on_in_time(serve):
    server = serve(_answer("200 OK", "x" * 1000), drip=0.02)
    began = time.monotonic()

    with pytest.raises(NoOutcome):
        _connector(server.url, 0.3).call(_request())

    assert time.monotonic() - began < 10  # all of it takes twenty seconds


@pytest.mark.parametrize("path", ["/../admin", "/a/%2e%2e/b", "/a/..%2fb", "payments", "/a\\..\\b"])
def test_a_path_cannot_leave_the_connections_own(path):
    with pytest.raises(CallRefused, match="path"):
        _connector("http://127.0.0.1:9/v1").call(_request(path=path))


def test_a_path_cannot_smuggle_a_header_or_a_query(serve):
    server = serve(_answer("200 OK"))

    _connector(server.url).call(_request(path="/a b\r\nX: y?q=1#z"))

    assert server.heard.startswith(b"POST /a%20b%0D%0AX:%20y%3Fq=1%23z HTTP/1.1\r\n")


def test_only_the_methods_of_the_connection_are_used():
    with pytest.raises(CallRefused, match="DELETE"):
        _connector("http://127.0.0.1:9").call(_request(method="DELETE"))


def test_reading_may_always_be_repeated():
    connector = _connector("http://127.0.0.1:9")

    assert connector.guarantee(_request(method="get")) is Guarantee.IDEMPOTENT
    assert connector.guarantee(_request()) is Guarantee.NEITHER


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_service_that_gives_a_secret_back_does_not_bring_it_into_the_case(serve, kind):
    server = serve(_answer("200 OK", '{"you sent": "Bearer tok3n", "tok3n": ["tok3n"]}', kind))
    connector = _connector(
        server.url, 1.0, {"token": "tok3n"}, headers={"Authorization": "Bearer {token}"}
    )

    assert "tok3n" not in str(connector.call(_request()))
    assert "tok3n" not in repr(connector)


def test_a_secret_that_is_no_header_is_refused_without_being_told():
    server = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{server.getsockname()[1]}"
    secrets = {"token": "canary\r\nX: y"}
    connector = _connector(url, 1.0, secrets, headers={"Authorization": "{token}"})

    with server, pytest.raises(CallRefused) as refused:
        connector.call(_request())

    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"url": "ftp://bank.example"}, "url"),
        ({"url": "http://user:pass@bank.example"}, "url"),
        ({"url": "http://bank.example?x=1"}, "url"),
        ({"url": "http://bank.example:99999"}, "url"),
        ({}, "url"),
        ({"url": "http://b.example", "networks": ["10.0.0.0/99"]}, "networks"),
        ({"url": "http://b.example", "methods": ["CONNECT"]}, "methods"),
        ({"url": "http://b.example", "headers": {"a b": "c"}}, "headers"),
        ({"url": "http://b.example", "headers": {"A": "b\r\nc"}}, "headers"),
        ({"url": "http://b.example", "guarantee": "surely"}, "guarantee"),
        ({"url": "http://b.example", "guarantee": "queryable"}, "ask"),
        ({"url": "http://b.example", "ask": "/nothing"}, "ask"),
        ({"url": "http://b.example", "color": "red"}, "color"),
    ],
)
def test_a_connection_that_cannot_be_right_is_refused_by_name(settings, problem):
    with pytest.raises(ConnectionRefused, match=problem):
        read_settings("bank", "http", settings)


class Owners(BaseHTTPRequestHandler):
    """A bank that knows every account, and takes no longer addresses than most servers do."""

    longest = 8_000
    keys: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.keys.append(self.headers["Idempotency-Key"])
        asked = parse_qs(urlsplit(self.path).query)["ibans"][0].split(",")
        body = json.dumps({"accounts": [{"iban": each} for each in asked]}).encode()
        self.send_response(200 if len(self.path) < self.longest else 414)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_what_an_address_cannot_carry_is_read_in_parts_each_under_a_key_of_its_own():
    accounts = [f"IR{number:024}" for number in range(500)]
    parts = {"query": "ibans", "values": accounts, "most": 100, "joins": "accounts"}
    inputs = {"method": "GET", "path": "/owners", "parts": parts}
    with ThreadingHTTPServer(("127.0.0.1", 0), Owners) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connector = HttpConnector(
            "bank", HttpSettings(url=f"http://127.0.0.1:{server.server_port}", networks=LOOPBACK)
        )

        answer = connector.call(Request("key", inputs, NOON))
        whole = {**inputs, "parts": {**parts, "most": 500}}
        with pytest.raises(CallRefused, match="414"):
            connector.call(Request("key", whole, NOON))
        with pytest.raises(CallRefused, match="no list 'owners'"):
            connector.call(Request("key", {**inputs, "parts": {**parts, "joins": "owners"}}, NOON))
        server.shutdown()

    assert [each["iban"] for each in answer["json"]["accounts"]] == accounts
    assert Owners.keys[:5] == [f"key/{number}" for number in range(1, 6)]
    with pytest.raises(CallRefused, match="only what is read"):
        connector.call(Request("key", {**inputs, "method": "POST"}, NOON))
