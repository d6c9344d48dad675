"""A wire between a browser and a server on which all that the browser sends is written down."""

from __future__ import annotations

import contextlib
import socket
import threading


class TappedWire:
    """Passes a port of the loopback on to another, and keeps what came from the near side."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._sent: list[bytearray] = []
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def sent(self) -> bytes:
        """All that was sent until now, connection by connection."""
        return b"\n".join(bytes(each) for each in self._sent)

    def close(self) -> None:
        """Take no more connections, and end those there are: nothing is left open."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                kept = bytearray()
                self._sent.append(kept)
                self._open += [near, far]
                for source, sink, into in ((near, far, kept), (far, near, None)):
                    arguments = [source, sink, into]
                    passing = threading.Thread(target=_pass_on, args=arguments, daemon=True)
                    self._threads.append(passing)
                    passing.start()


def _pass_on(source: socket.socket, sink: socket.socket, kept: bytearray | None) -> None:
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            if kept is not None:
                kept += received
            sink.sendall(received)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
