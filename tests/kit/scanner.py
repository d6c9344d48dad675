"""A daemon on loopback that speaks ClamAV's INSTREAM, and finds EICAR as the real one does.

Debian's clamd needs its signatures (hundreds of megabytes) before it starts; this one holds to
the protocol of clamd(8): ``zINSTREAM``, portions after their length, a length of zero, one
answer ended by NUL, a limit on the length of the stream.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from typing import Final

from tests.kit.papers import EICAR

LONGEST: Final = 5_000_000  #: bytes of a stream


class _Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        told: socket.socket = self.request
        if _exactly(told, 10) != b"zINSTREAM\0":
            told.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := struct.unpack("!L", _exactly(told, 4))[0]:
            content += _exactly(told, length)
            if len(content) > LONGEST:
                told.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = EICAR in content
        told.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if found else b"stream: OK\0")


def _exactly(line: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        portion = line.recv(count - len(got))
        if not portion:
            raise ConnectionError
        got += portion
    return got


class Scanner(socketserver.ThreadingTCPServer):
    """The daemon; a block of it is its life."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.address = f"tcp://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that left."""

    def server_close(self) -> None:
        """End it."""
        self.shutdown()
        super().server_close()
        self._thread.join()
