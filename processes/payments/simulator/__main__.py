"""Serve the simulated bank until the process is ended, or whoever opened it goes away."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence

from processes.payments.simulator.bank import Bank
from processes.payments.simulator.book import Book
from processes.payments.simulator.service import Door, serve


def main(arguments: Sequence[str] | None = None) -> None:
    """Open the book and serve; the first line printed is the address."""
    parser = argparse.ArgumentParser(prog="bank", description="A simulated bank on this machine.")
    parser.add_argument("--book", default=":memory:", help="its SQLite file")
    parser.add_argument("--host", default="127.0.0.1", help="loopback; nothing else is sensible")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--forgets", action="store_true", help="pays as often as it is told")
    parser.add_argument("--by-hand", action="store_true", help="settles only when told to")
    parser.add_argument("--with-parent", action="store_true", help="ends when its input ends")
    given = parser.parse_args(arguments)
    book = Book(given.book)
    bank = Bank(book, forgets=given.forgets, settles=not given.by_hand)
    server = serve(Door(bank, seed=given.seed), given.host, given.port)
    host, port = server.server_address[:2]
    sys.stdout.write(f"http://{host!s}:{port}\n")
    sys.stdout.flush()
    if given.with_parent:
        threading.Thread(target=_until_input_ends, args=(server,), daemon=True).start()
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        book.close()


def _until_input_ends(server: object) -> None:
    sys.stdin.read()
    server.shutdown()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
