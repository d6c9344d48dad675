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
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def sent(self) -> bytes:
        """All that was sent until now, connection by connection."""
        return b"\n".join(bytes(each) for each in self._sent)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                kept = bytearray()
                self._sent.append(kept)
                for source, sink, into in ((near, far, kept), (far, near, None)):
                    arguments = [source, sink, into]
                    threading.Thread(target=_pass_on, args=arguments, daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket, kept: bytearray | None) -> None:
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            if kept is not None:
                kept += received
            sink.sendall(received)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
