"""The simulated bank as a process of its own, opened, spoken to and closed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.commands import connections
from engine.storage.database import Database
from processes.payments.demo import DEBIT, PAYEES

__all__ = ["DEBIT", "PAYEE_IBAN", "PAYEE_ID", "PAYEE_NAME", "BankProcess"]
ROOT = Path(__file__).resolve().parents[3]
PAYEE_ID, PAYEE_NAME, PAYEE_IBAN = PAYEES[0]  #: of the demonstration, as is the account of the unit


class BankProcess:
    """A bank nobody shares; faults are none until told."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._book = folder / "bank.sqlite"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "processes.payments.simulator", "--with-parent"),
                *("--book", str(self._book), *options),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.url
        self._open_its_own()

    def open(self, iban: str, owner_id: str, name: str, balance: int = 0, is_open: bool = True):
        told = {"iban": iban, "owner_id": owner_id, "owner_name": name, "balance": balance}
        self.call("PUT", "/accounts", {**told, "is_open": is_open})

    def go_wrong(
        self,
        forgets: bool = False,
        late: float = 2.0,
        settles: bool = True,
        refuses: Sequence[str] = (),
        **faults: float,
    ) -> None:
        told = {"faults": faults or {"none": 1}, "forgets": forgets, "late": late}
        told |= {"settles": settles, "refuses": list(refuses)}
        self.call("PUT", "/faults", told)

    def forget(self) -> None:
        """Start with an empty book and no fault: numbers of orders come again in each test."""
        self.call("DELETE", "/book")
        with closing(sqlite3.connect(self._book)) as book, book:  # a bank never forgets an account
            book.execute("DELETE FROM account")
        self._open_its_own()
        self.go_wrong()

    def _open_its_own(self) -> None:
        self.open(DEBIT, "14000001232", "شهرداری منطقه ۷", 10**15)
        self.open(PAYEE_IBAN, PAYEE_ID, PAYEE_NAME)

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """Return status and JSON of an answer."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Idempotency-Key": key} if key else {},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def payments(self, accepted: bool = True) -> list[tuple[str, int]]:
        """Return order number and amount of every payment that was made, or of all heard."""
        _, told = self.call("GET", "/ledger")
        return [
            (each["end_to_end_id"], each["amount"])
            for each in told["payments"]
            if not accepted or each["status"] not in ("RJCT", "CANC")
        ]

    def calls(self, ending: str) -> list[str]:
        """Return the paths it was called at that end so."""
        _, told = self.call("GET", "/ledger")
        return [each["path"] for each in told["calls"] if each["path"].endswith(ending)]

    def connect(self, database: Database, at: Any, guarantee: str = "neither") -> None:
        """Let cases of a site reach this bank."""
        settings = {"url": self.url, "networks": ["127.0.0.1/32"], "guarantee": guarantee}
        settings["methods"] = ["GET", "POST"]
        if guarantee == "queryable":
            settings["ask"] = "/messages/{key}"
        connections.put(database.unit_of_work(), "bank", "http", settings, at=at)

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def __enter__(self) -> BankProcess:
        return self

    def __exit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        self.close()
