"""Uploads of any size to the real server: flat memory, early refusal, quick answers to others."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.kit.server import LiveServer
from tests.kit.statements import Office
from tests.kit.visitor import Visitor

pytestmark = [pytest.mark.xdist_group("uploads"), pytest.mark.timeout(300)]

LARGE = 200 * 2**20
BOUNDARY = "divan-test"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    limits = {"DIVAN_DOCUMENT_SIZE": "300", "DIVAN_DOCUMENT_CASE_SIZE": "1000"}
    running = LiveServer(tmp_path_factory.mktemp("uploads"), settings=limits).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def contractor(server: LiveServer) -> Iterator[tuple[Visitor, str]]:
    """A contractor and the address of his statement's documents."""
    office = Office(server.address)
    office.file(1)
    visitor = office.person("contractor")
    [case, *_] = visitor.get("/inbox?view=started").links(r"^/cases/[0-9a-f-]{36}")
    yield visitor, f"{case}/documents"
    office.close()


def _body(size: int) -> Iterator[bytes]:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    yield head.encode()
    for _ in range(size // 2**20):
        yield b"x" * 2**20
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def _memory(server: LiveServer) -> int:
    master = psutil.Process(server.pid)
    return max(int(each.memory_info().rss) for each in master.children(recursive=True))


def test_memory_stays_flat_while_two_hundred_megabytes_go_up(
    server: LiveServer, contractor: tuple[Visitor, str]
):
    visitor, address = contractor
    before = _memory(server)
    most = [before]

    def watched() -> Iterator[bytes]:
        for number, portion in enumerate(_body(LARGE)):
            if number % 10 == 0:
                most.append(_memory(server))
            yield portion

    answer = httpx.post(
        server.address + address,
        content=watched(),
        headers={
            **visitor.headers(),
            "Accept": "application/json",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        },
        timeout=120,
    )

    assert answer.status_code == 201, answer.text
    grown = max(most) - before
    print(f"grew by {grown / 2**20:.1f} MB while 200 MB went up")
    assert grown < 32 * 2**20


def test_two_gigabytes_are_refused_at_once_and_others_are_served_meanwhile(
    server: LiveServer, contractor: tuple[Visitor, str]
):
    visitor, address = contractor
    told = "".join(f"{name}: {value}\r\n" for name, value in visitor.headers().items())
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 30) as line:
        line.sendall(
            f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{told}"
            f"Accept: text/html\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {2**31}\r\n\r\n".encode()
        )
        answer = b""
        while b"</html>" not in answer and (portion := line.recv(65_536)):
            answer += portion
        with contextlib.suppress(ConnectionError):  # the server has hung up: just so
            for _ in range(64):
                line.sendall(b"x" * 2**20)
        assert visitor.get("/inbox").status == 200
    assert b" 413 " in answer.split(b"\r\n")[0]
    said = ("none of it was taken", "هیچ بخشی از آن گرفته نشد")
    assert any(each in answer.decode() for each in said)
    assert time.monotonic() - began < 20
    incoming = Path(server.home) / "documents" / "incoming"
    assert list(incoming.glob("*")) == []
