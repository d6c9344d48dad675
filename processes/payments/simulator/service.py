"""The bank's door: HTTP with JSON, and what goes wrong at it."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

from processes.payments.simulator.bank import Answer, Bank

#: What can go wrong with a call that changes something.
NONE: Final = "none"
SLOW: Final = "slow"  #: done, and answered late
LOSE: Final = "lose"  #: done, and the line breaks before the answer
REJECT: Final = "reject"  #: not done, and said so
DUPLICATE: Final = "duplicate"  #: heard twice, as by a line that repeats; answered once
FAULTS: Final = (NONE, SLOW, LOSE, REJECT, DUPLICATE)

_LARGEST: Final = 5 * 1024 * 1024
_Act: TypeAlias = Callable[[re.Match[str], Mapping[str, Any], str], Answer]


class Door:
    """Which call is which act of the bank, and how each goes wrong."""

    def __init__(self, bank: Bank, *, seed: int = 0, late: float = 2.0) -> None:
        self.bank = bank
        self.late = late  #: seconds
        self._weights: dict[str, float] = {NONE: 1.0}
        self._chance = random.Random(seed)  # noqa: S311 - faults, no secrets
        self._drawing = threading.Lock()
        at = _now
        self._acts: tuple[tuple[str, str, _Act], ...] = (
            ("GET", r"/health", lambda *_: Answer(200, {"ok": True})),
            ("GET", r"/ledger", lambda *_: bank.ledger()),
            ("DELETE", r"/book", lambda *_: bank.forget_all()),
            ("PUT", r"/faults", lambda _, told, __: self.set_faults(told)),
            ("PUT", r"/accounts", lambda _, told, __: bank.open_account(told)),
            ("GET", r"/accounts/(\w+)", lambda found, *_: bank.owner(found[1])),
            ("GET", r"/accounts/(\w+)/lines", lambda found, *_: bank.statement(found[1], at())),
            ("GET", r"/owners", lambda _, told, __: bank.owners(str(told.get("ibans", "")))),
            ("GET", r"/files/([\w-]+)", lambda found, *_: bank.file(found[1], at())),
            ("POST", r"/files/([\w-]+)/cancel", lambda found, *_: bank.cancel_file(found[1])),
            ("POST", r"/messages", lambda _, told, key: bank.pay(key, told)),
            ("GET", r"/messages/([^/]+)", lambda found, *_: self._answered(found[1])),
            ("GET", r"/orders/([\w-]+)", lambda found, *_: bank.order(found[1], at())),
            ("POST", r"/orders/([\w-]+)/settle", lambda found, *_: bank.settle(found[1], at())),
            ("POST", r"/orders/([\w-]+)/cancel", lambda found, *_: bank.cancel(found[1])),
            ("POST", r"/cheques", lambda _, told, __: bank.register(told)),
            ("GET", r"/cheques/(\d+)", lambda found, *_: bank.cheque(found[1])),
            (
                "POST",
                r"/cheques/(\d+)/(\w+)",
                lambda found, *_: bank.act(found[1], found[2], at()),
            ),
        )

    def set_faults(self, told: Mapping[str, Any]) -> Answer:
        """Say how often each fault happens from now on, and how the bank works."""
        if set(told.get("faults", {})) - set(FAULTS):
            return Answer(422, {"known": list(FAULTS)})
        self._weights = {str(k): float(v) for k, v in told.get("faults", {NONE: 1}).items()}
        self.bank.forgets = bool(told.get("forgets", self.bank.forgets))
        self.bank.settles = bool(told.get("settles", self.bank.settles))
        code, text = (*told.get("refuses", ()), "", "")[:2]
        self.bank.refuses = (str(code), str(text))
        self.late = float(told.get("late", self.late))
        return Answer(200, {"faults": self._weights})

    def answer(self, method: str, path: str, told: Mapping[str, Any], key: str) -> Answer | None:
        """Do what is asked and return the answer; ``None`` when the line breaks.

        What was answered under a key is answered again, and not done again, unless it forgets.
        """
        act = self._act(method, path)
        if act is None:
            return Answer(404, {"code": "no such call"})
        fault = self._fault() if method == "POST" else NONE
        with self.bank.book.transaction() as book:
            book.write(
                "INSERT INTO call (at, method, path, idem_key, fault) VALUES (?, ?, ?, ?, ?)",
                _now().isoformat(), method, path, key, fault,
            )  # fmt: skip
        if fault == REJECT:
            return Answer(422, {"code": "REJECTED"})
        found = self._once(act, told, key)
        if fault == DUPLICATE:
            found = self._once(act, told, key)
        if fault == SLOW:
            time.sleep(self.late)
        return None if fault == LOSE else found

    def _act(self, method: str, path: str) -> tuple[re.Match[str], _Act] | None:
        for known, pattern, act in self._acts:
            found = re.fullmatch(pattern, path)
            if found is not None and known == method:
                return found, act
        return None

    def _once(self, act: tuple[re.Match[str], _Act], told: Mapping[str, Any], key: str) -> Answer:
        with self.bank.book.transaction() as book:
            known = self._answered(key) if key and not self.bank.forgets else None
            if known is not None and known.status != 404:
                return known
            found = act[1](act[0], told, key)
            if key and found.status < 300:
                book.write(
                    "INSERT OR IGNORE INTO answer VALUES (?, ?, ?)",
                    key, found.status, json.dumps(dict(found.body)),
                )  # fmt: skip
            return found

    def _answered(self, key: str) -> Answer:
        found = self.bank.book.row("SELECT * FROM answer WHERE idem_key = ?", key)
        if found is None:
            return Answer(404, {"code": "unknown"})
        return Answer(found["status"], json.loads(found["body"]))

    def _fault(self) -> str:
        with self._drawing:
            return self._chance.choices([*self._weights], [*self._weights.values()])[0]


def _now() -> datetime:
    return datetime.now(UTC)


def serve(door: Door, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that listens; the caller lets it run."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(self._told())

        do_DELETE = do_GET  # noqa: N815 - the library's names
        do_PUT = do_POST  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base
            """Say nothing: the book has every call."""

        def _told(self) -> Mapping[str, Any]:
            length = min(int(self.headers.get("Content-Length") or 0), _LARGEST)
            try:
                told = json.loads(self.rfile.read(length) or b"{}")
            except ValueError:
                return {}
            return told if isinstance(told, dict) else {}

        def _answer(self, told: Mapping[str, Any]) -> None:
            key = self.headers.get("Idempotency-Key", "")
            asked = urlsplit(self.path)
            query = {name: each[0] for name, each in parse_qs(asked.query).items()}
            try:
                found = door.answer(self.command, asked.path, {**query, **told}, key)
            except (KeyError, ValueError) as wrong:
                found = Answer(400, {"code": "bad request", "why": repr(wrong)})
            if found is None:
                self.close_connection = True
                return
            body = json.dumps(dict(found.body), ensure_ascii=False).encode()
            self.send_response(found.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    return Server((host, port), Handler)
