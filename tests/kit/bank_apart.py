"""The bank in a process of its own, which nothing that is killed can harm; it keeps a book.

    python -m tests.kit.bank_apart BOOK ADDRESS SEED FAULTS

Each call and each payment is a line of the book, written before the customer is answered.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.kit.bank import Bank

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Book:
    """What the bank has seen."""

    calls: list[str]  #: the key of each call
    payments: list[tuple[str, int]]  #: key and amount


class BankApart:
    """Opens and closes such a bank and reads its book."""

    def __init__(
        self, folder: Path, *, seed: int = 0, faults: str = "{}", address: str = "127.0.0.1"
    ) -> None:
        self._path = folder / "bank.book"
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._path), address, str(seed), faults],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def book(self) -> Book:
        """Return what it has seen so far."""
        lines = [json.loads(each) for each in self._path.read_text().splitlines()]
        return Book(
            [key for kind, key, _ in lines if kind == "call"],
            [(key, amount) for kind, key, amount in lines if kind == "paid"],
        )

    def close(self) -> None:
        """Close it."""
        self._process.kill()
        self._process.communicate()


class _Keeping(Bank):
    """A bank that writes down what it does."""

    def __init__(self, book: Path, address: str) -> None:
        self._book = book.open("a", encoding="utf-8")
        self._writing = threading.Lock()
        super().__init__(address=address)

    def pay(self, key: str, amount: int) -> int:
        with self._writing:
            before = len(self.ledger)
            receipt = super().pay(key, amount)
            self._write("call", key, amount)
            if len(self.ledger) > before:
                self._write("paid", key, amount)
            self.calls.clear()
            self.headers.clear()
            self.bodies.clear()
            return receipt

    def _write(self, *told: object) -> None:
        self._book.write(json.dumps(told) + "\n")
        self._book.flush()


def main(arguments: Sequence[str]) -> None:
    """Serve until whoever opened it closes the pipe."""
    book, address, seed, faults = arguments
    weights: dict[str, float] = json.loads(faults)
    chance = random.Random(int(seed))
    bank = _Keeping(Path(book), address)
    Path(book).touch()
    if weights:
        bank.fault = lambda: chance.choices([*weights], [*weights.values()])[0]
    print(bank.url, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
