"""The area's command for the command line of a site: a bank to try payments with."""

from __future__ import annotations

import sys

from engine.sdk import ConsoleRequest, console_command, put_connection
from processes.payments.demo import DEBIT, PAYEES
from processes.payments.simulator.bank import Bank
from processes.payments.simulator.book import Book
from processes.payments.simulator.service import Door, serve

_BALANCE = 500_000_000_000_000
_PORT = 8090


@console_command("bank")
def serve_bank(request: ConsoleRequest) -> str:
    """bank: serve a simulated bank on this machine; a demonstration is connected to it."""
    if len(request.arguments) > 2:
        raise ValueError("bank [BOOK [PORT]]")
    book, port = (*request.arguments, "", "")[:2]
    bank = Bank(Book(book or ":memory:"))
    server = serve(Door(bank), "127.0.0.1", int(port or _PORT))
    url = f"http://127.0.0.1:{server.server_address[1]}"
    if request.demo:
        _open_accounts(bank)
        settings = {"url": url, "networks": ["127.0.0.1/32"], "methods": ["GET", "POST"]}
        put_connection(request.unit_of_work, "bank", "http", settings, at=request.at)
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        server.server_close()
    return "closed"


def _open_accounts(bank: Bank) -> None:
    own = {"iban": DEBIT, "owner_id": "14000001232", "owner_name": "منطقه ۷", "balance": _BALANCE}
    bank.open_account(own)
    for identifier, name, iban in PAYEES:
        bank.open_account({"iban": iban, "owner_id": identifier, "owner_name": name})
