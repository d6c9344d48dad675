"""A bank on loopback: takes payments over real HTTP and goes wrong in every way a bank can."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: what a call may meet; *after* says that the payment was made all the same
FAULTS = ("none", "timeout after", "error after", "answered twice", "slow", "reset after", "reset")
HANG = 0.5  #: seconds it says nothing when it hangs


class Bank:
    """Its ledger holds what was paid; ``fault`` says how each call goes."""

    def __init__(self, *, honours_keys: bool = True, address: str = "127.0.0.1") -> None:
        self.honours_keys = honours_keys
        self.ledger: list[tuple[str, int]] = []  #: key and amount of each payment made
        self.calls: list[str] = []  #: the key of each call that came
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.fault: Callable[[], str] = lambda: "none"
        self._receipts: dict[str, int] = {}  #: of each key, the first
        self._lock = threading.Lock()
        self._server = _Server(self, address)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def close(self) -> None:
        """Close it."""
        self._server.shutdown()
        self._server.server_close()

    def pay(self, key: str, amount: int) -> int:
        """Enter a payment; the number of its receipt is returned."""
        with self._lock:
            self.calls.append(key)
            if self.honours_keys and key in self._receipts:
                return self._receipts[key]
            self.ledger.append((key, amount))
            return self._receipts.setdefault(key, len(self.ledger) - 1)

    def receipt(self, key: str) -> int | None:
        """Return the receipt of a payment, if it was made."""
        return self._receipts.get(key)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, bank: Bank, address: str) -> None:
        super().__init__((address, 0), _Counter)
        self.bank = bank

    def handle_error(self, *_: Any) -> None:
        """A customer who hung up, or was hung up on, is no news."""


class _Counter(BaseHTTPRequestHandler):
    """Serves one customer of the bank."""

    server: _Server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        bank = self.server.bank
        bank.headers.append({key.lower(): each for key, each in self.headers.items()})
        fault = bank.fault()
        bank.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        told = json.loads(bank.bodies[-1])
        if fault == "reset":
            self._reset()
        elif fault == "refused":
            self._answer(422, {"error": "no such account"})
        else:
            receipt = bank.pay(self.headers["Idempotency-Key"], told.get("amount", 0))
            self._answer_after(fault, receipt)

    def do_GET(self) -> None:
        receipt = self.server.bank.receipt(self.path.rpartition("/")[2])
        self._answer(404 if receipt is None else 200, {"receipt": receipt})

    def _answer_after(self, fault: str, receipt: int) -> None:
        match fault:
            case "reset after":
                return self._reset()
            case "timeout after":
                return time.sleep(HANG)
            case "error after":
                return self._answer(500, {"error": "went wrong"})
            case "slow":
                time.sleep(0.02)
        self._answer(201, {"receipt": receipt})
        if fault == "answered twice":
            self._answer(201, {"receipt": -1})
        return None

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(  # closing it sends RST instead of FIN
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.close_connection = True
