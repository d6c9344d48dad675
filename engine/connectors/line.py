"""One HTTP exchange over a line that cannot be led elsewhere, nor kept busy for ever."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from engine.connectors.addresses import Resolve, allowed_address, resolve
from engine.connectors.connector import CallRefused, NoOutcome, NotSent

TIMEOUT: Final = 10.0  #: seconds to connect, and then for the whole answer
LARGEST: Final = 5 * 1024 * 1024  #: bytes of an answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    kind: str  #: content type
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """Where an exchange goes: below one URL, at an address that may be called."""

    url: str
    networks: tuple[str, ...] = ()  #: inner networks that may be reached all the same
    resolve: Resolve = field(default=resolve, repr=False)
    timeout: float = TIMEOUT

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Send one request and read the answer; redirects are not followed.

        Args:
            target: path and query below the URL.

        Raises:
            AddressForbidden, NotSent: no connection was made.
            NoOutcome: it was, and then no whole answer came in time.
        """
        url = urlsplit(self.url)
        host, secure = str(url.hostname), url.scheme == "https"
        port = url.port or (443 if secure else 80)
        address = allowed_address(host, port, self.networks, self.resolve)
        line = _Pinned(host, port, address, self.timeout, secure=secure)
        try:
            _connect(line)
            with _hung_up_after(self.timeout, line):
                return _exchanged(line, method, url.path + target or "/", headers, body)
        except (OSError, http.client.HTTPException) as error:
            raise NoOutcome(f"{host} gave no answer: {type(error).__name__}") from error
        finally:
            line.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name in the request leads to by now."""

    def __init__(self, host: str, port: int, address: str, timeout: float, *, secure: bool) -> None:
        super().__init__(host, port, timeout=timeout)
        if secure:
            self.default_port = 443  # left out of the Host header
        self._address = address
        self._tls = ssl.create_default_context() if secure else None

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def _connect(line: http.client.HTTPConnection) -> None:
    try:
        line.connect()
    except OSError as error:
        raise NotSent(f"{line.host} cannot be reached: {error}") from error


def _exchanged(
    line: http.client.HTTPConnection,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> Answer:
    try:
        line.request(method, target, body=body, headers=dict(headers))
    except ValueError:  # its text would tell the header, and so the secret
        raise CallRefused("GEN-HEADER", "a header or its secret is no line of text") from None
    response = line.getresponse()
    content = response.read(LARGEST + 1)
    if response.length or len(content) > LARGEST:  # cut off, or larger than allowed
        raise http.client.IncompleteRead(b"")
    return Answer(response.status, response.getheader("Content-Type", ""), content)


@contextmanager
def _hung_up_after(seconds: float, line: http.client.HTTPConnection) -> Iterator[None]:
    """Hang up when the whole takes too long: a server may send a byte now and then for ever."""
    late = threading.Event()
    sock = line.sock

    def hang_up() -> None:
        late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError("took too long")
