"""A service on loopback that takes short messages, and says what a test tells it to say."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """One request that came."""

    path: str
    key: str | None
    authorization: str | None
    body: Any


class MessageService:
    """Keeps what was posted; ``status`` is what it answers, 0: it hangs up without a word."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.status = 200
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length))
                headers = (self.headers["Idempotency-Key"], self.headers["Authorization"])
                service.taken.append(Taken(self.path, *headers, body))
                if service.status:
                    self.send_response(service.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close it."""
        self._server.shutdown()
        self._server.server_close()
