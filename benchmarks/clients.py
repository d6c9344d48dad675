"""Clients that ask and wait for the answer, each a process of its own with one connection.

They speak HTTP/1.1 over a bare socket with requests written beforehand, so that little of
what is measured is theirs.
"""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

GOOD: Final = frozenset({200, 201, 204, 303})


@dataclass(frozen=True, slots=True)
class Measured:
    """Latencies in milliseconds, answers per second of all clients, processor time of each."""

    p50: float
    p95: float
    p99: float
    per_second: float
    cpu_ms: float = 0.0  #: of server and database, per answer
    statuses: tuple[int, ...] = ()
    latencies: tuple[float, ...] = ()  #: each answer's, the quickest first


def written(method: str, path: str, headers: Mapping[str, str], body: str = "") -> bytes:
    """Return a request as it goes over the wire."""
    content = body.encode()
    told = {"Host": "127.0.0.1", **headers}
    if content or method == "POST":
        told["Content-Length"] = str(len(content))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


def ask_all(
    port: int, requests: Sequence[bytes], clients: int, good: frozenset[int] = GOOD
) -> Measured:
    """Send every request once, shared among clients, and measure.

    Raises:
        RuntimeError: an answer was not as expected; figures of refusals are worth nothing.
    """
    shares = [requests[at::clients] for at in range(clients)]
    context = multiprocessing.get_context("fork")
    with context.Pool(clients) as pool:
        pool.map(_nothing, range(clients))  # every process is there before the clock runs
        began = time.perf_counter()
        parts = pool.starmap(_ask, [(port, share, good) for share in shares], chunksize=1)
        took = time.perf_counter() - began
    return summary([each for part in parts for each in part], took)


def summary(answers: Sequence[tuple[float, int]], took: float) -> Measured:
    """Return the figures of answers, each its milliseconds and its status."""
    latencies = sorted(each for each, _ in answers)
    last = len(latencies) - 1
    return Measured(
        median(latencies),
        latencies[round(last * 0.95)],
        latencies[round(last * 0.99)],
        len(latencies) / took,
        statuses=tuple(status for _, status in answers),
        latencies=tuple(latencies),
    )


def _nothing(_: int) -> None:
    return None


def _ask(port: int, requests: Sequence[bytes], good: frozenset[int]) -> list[tuple[float, int]]:
    connection = Connection(port)
    answers = []
    for each in requests:
        began = time.perf_counter()
        status, told = connection.ask(each)
        answers.append(((time.perf_counter() - began) * 1000, status))
        if status not in good:
            first = each.partition(b"\r\n")[0].decode()
            raise RuntimeError(f"{first}: {status} {told[:300]!r}")
    connection.close()
    return answers


class Connection:
    """One connection, opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; return the answer's status and body."""
        kept = self._socket
        if kept is None:
            kept = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            kept.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = kept
        kept.sendall(request)
        head, body = _head(kept)
        status = int(head[9:12])
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            while not body.endswith(b"0\r\n\r\n"):
                body += _more(kept)
        elif status not in {204, 304}:
            missing = _length(lower) - len(body)
            while missing > 0:
                part = _more(kept)
                body, missing = body + part, missing - len(part)
        if b"connection: close" in lower:
            self.close()
        return status, body

    def close(self) -> None:
        """Close it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _head(connection: socket.socket) -> tuple[bytes, bytes]:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    return head, body


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise RuntimeError("the server hung up")
    return part


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
