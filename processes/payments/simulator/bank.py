"""What the bank does with what it is told: payments, cheques, statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from engine.values import Rial
from processes.payments.bank.messages import (
    AccountReport,
    Channel,
    Entry,
    FileRefused,
    PaymentFile,
    Status,
    StatusReport,
    Transfer,
    TransferStatus,
)
from processes.payments.bank.reading import read_payments
from processes.payments.bank.writing import write_statement, write_status
from processes.payments.simulator.book import Book

#: the register's codes of a cheque (`domain.md` §4.4)
ISSUED, CASHED, CANCELLED, BOUNCED, PART_BOUNCED, WAITS, RETURNED = 1, 2, 3, 4, 5, 7, 9


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller is told."""

    status: int
    body: Mapping[str, Any]


class Bank:
    """The rules of the simulated bank over its book.

    Args:
        forgets: it pays whatever it hears, as often as it hears it.
        settles: a payment is settled when it is next asked for; else `settle` does it.
        refuses: the code with which it rejects every payment from now on, and its text.
    """

    def __init__(self, book: Book, *, forgets: bool = False, settles: bool = True) -> None:
        self.book = book
        self.forgets = forgets
        self.settles = settles
        self.refuses = ("", "")

    def open_account(self, told: Mapping[str, Any]) -> Answer:
        """Open an account, or change who owns it and whether it is open."""
        self.book.write(
            "INSERT INTO account (iban, owner_id, owner_name, balance, is_open)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (iban) DO UPDATE SET owner_id = excluded.owner_id,"
            " owner_name = excluded.owner_name, is_open = excluded.is_open",
            told["iban"],
            told["owner_id"],
            told["owner_name"],
            int(told.get("balance", 0)),
            int(told.get("is_open", True)),
        )
        return Answer(201, {"iban": told["iban"]})

    def owner(self, iban: str) -> Answer:
        """Tell who owns an account."""
        found = self.book.row("SELECT * FROM account WHERE iban = ?", iban)
        if found is None:
            return Answer(404, {"code": "AC01"})
        told = {each: found[each] for each in ("iban", "owner_id", "owner_name")}
        return Answer(200, {**told, "is_open": bool(found["is_open"])})

    def owners(self, ibans: str) -> Answer:
        """Tell who owns each of several accounts; one it does not know is left out."""
        told = [self.owner(each) for each in ibans.split(",") if each]
        return Answer(200, {"accounts": [each.body for each in told if each.status == 200]})

    def pay(self, key: str, told: Mapping[str, Any]) -> Answer:
        """Take a pain.001 and answer with a pain.002; a file that is not true is refused whole."""
        try:
            file = read_payments(str(told.get("message", "")).encode())
        except FileRefused as refused:
            return Answer(422, {"code": refused.code, **refused.params})
        statuses = tuple(
            self._pay(key, file, batch.debit_iban, batch.on, batch.channel, each)
            for batch in file.batches
            for each in batch.transfers
        )
        return Answer(202, {"receipt": file.message_id, "message": self._report(file, statuses)})

    def _pay(
        self, key: str, file: PaymentFile, debit: str, on: date, channel: Channel, each: Transfer
    ) -> TransferStatus:
        reason = self.refuses[0] or self._why_not(debit, each)
        status = Status.REJECTED if reason else Status.IN_SETTLEMENT
        payment = self.book.write(
            "INSERT INTO payment (idem_key, message_id, end_to_end_id, debit, credit, amount,"
            " on_day, status, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            key,
            file.message_id,
            each.end_to_end_id,
            debit,
            each.payee_iban,
            each.amount.amount,
            on.isoformat(),
            status.value,
            reason,
        )
        return TransferStatus(each.end_to_end_id, status, reason, f"{channel.value}-{payment}")

    def _why_not(self, debit: str, transfer: Transfer) -> str:
        """Return the code of what stands against a payment (external status reasons)."""
        known = self.book.row(
            "SELECT 1 FROM payment WHERE end_to_end_id = ? AND status NOT IN ('RJCT', 'CANC')",
            transfer.end_to_end_id,
        )
        if known is not None and not self.forgets:
            return "AM05"
        account = self.book.row("SELECT * FROM account WHERE iban = ?", transfer.payee_iban)
        if account is None:
            return "AC01"
        if not account["is_open"]:
            return "AC04"
        if account["owner_id"] != transfer.payee_id:
            return "BE01"
        source = self.book.row("SELECT balance FROM account WHERE iban = ?", debit)
        if source is None or source["balance"] < transfer.amount.amount:
            return "AM04"
        return ""

    def _report(self, file: PaymentFile, statuses: tuple[TransferStatus, ...]) -> str:
        rejected = sum(each.status is Status.REJECTED for each in statuses)
        group = _group(rejected, len(statuses))
        amount = Rial.total(each.amount for each in file.transfers)
        report = StatusReport(
            _new_id(), file.at, file.message_id, group, statuses, len(statuses), amount
        )
        return write_status(report).decode()

    def order(self, end_to_end_id: str, at: datetime) -> Answer:
        """Tell what has become of an order, as a pain.002; of two payments the first accepted."""
        if self.settles:
            self.settle(end_to_end_id, at)
        found = self._payment(end_to_end_id)
        if found is None:
            return Answer(404, {"code": "unknown"})
        report = StatusReport(
            _new_id(), at, found["message_id"], None, (self._status(end_to_end_id),)
        )
        return Answer(200, {"message": write_status(report).decode()})

    def file(self, message_id: str, at: datetime) -> Answer:
        """Tell what has become of each payment of a file, as one pain.002."""
        query = "SELECT DISTINCT end_to_end_id FROM payment WHERE message_id = ? ORDER BY id"
        numbers = [each["end_to_end_id"] for each in self.book.rows(query, message_id)]
        if not numbers:
            return Answer(404, {"code": "unknown"})
        if self.settles:
            for each in numbers:
                self.settle(each, at)
        statuses = tuple(self._status(each) for each in numbers)
        rejected = sum(each.status is Status.REJECTED for each in statuses)
        group = _group(rejected, len(statuses))
        report = StatusReport(_new_id(), at, message_id, group, statuses)
        return Answer(200, {"message": write_status(report).decode()})

    def _status(self, end_to_end_id: str) -> TransferStatus:
        """Return where a payment is; of two payments the first accepted."""
        found = self._payment(end_to_end_id)
        assert found is not None
        reason = found["reason"]
        text = self.refuses[1] if reason and reason == self.refuses[0] else ""
        status = Status(found["status"])
        return TransferStatus(end_to_end_id, status, reason, f"BANK-{found['id']}", text)

    def _payment(self, end_to_end_id: str) -> Any:
        return self.book.row(
            "SELECT * FROM payment WHERE end_to_end_id = ?"
            " ORDER BY status IN ('RJCT', 'CANC'), id LIMIT 1",
            end_to_end_id,
        )

    def settle(self, end_to_end_id: str, at: datetime) -> Answer:
        """Move the money of what is in settlement."""
        waiting = self.book.rows(
            "SELECT * FROM payment WHERE end_to_end_id = ? AND status = 'ACSP'", end_to_end_id
        )
        for each in waiting:
            self.book.write("UPDATE payment SET status = 'ACSC' WHERE id = ?", each["id"])
            self._move(each["debit"], -each["amount"], at, end_to_end_id)
            self._move(each["credit"], each["amount"], at, end_to_end_id)
        return Answer(200, {"settled": len(waiting)})

    def _move(self, iban: str, amount: int, at: datetime, end_to_end_id: str) -> None:
        self.book.write("UPDATE account SET balance = balance + ? WHERE iban = ?", amount, iban)
        self.book.write(
            "INSERT INTO entry (iban, amount, on_day, end_to_end_id) VALUES (?, ?, ?, ?)",
            iban,
            amount,
            at.date().isoformat(),
            end_to_end_id,
        )

    def cancel(self, end_to_end_id: str) -> Answer:
        """Call an order back that has not been settled."""
        done = self.book.rows(
            "SELECT status FROM payment WHERE end_to_end_id = ?", end_to_end_id
        ) or self.book.rows("SELECT status FROM cheque WHERE end_to_end_id = ?", end_to_end_id)
        if not done:
            return Answer(404, {"code": "unknown"})
        if not any(each["status"] in ("ACSP", "PDNG", str(WAITS)) for each in done):
            return Answer(409, {"code": "too late"})
        self.book.write(
            "UPDATE payment SET status = 'CANC' WHERE end_to_end_id = ? AND status = 'ACSP'",
            end_to_end_id,
        )
        self.book.write(
            "UPDATE cheque SET status = ? WHERE end_to_end_id = ?", str(CANCELLED), end_to_end_id
        )
        return Answer(200, {"cancelled": end_to_end_id})

    def cancel_file(self, message_id: str) -> Answer:
        """Call all of a file back, or nothing of it once any payment has been settled."""
        found = self.book.rows("SELECT status FROM payment WHERE message_id = ?", message_id)
        if not found:
            return Answer(404, {"code": "unknown"})
        states = {each["status"] for each in found}
        if "ACSC" in states or "ACSP" not in states:
            return Answer(409, {"code": "too late"})
        query = "UPDATE payment SET status = 'CANC' WHERE message_id = ? AND status = 'ACSP'"
        self.book.write(query, message_id)
        return Answer(200, {"cancelled": message_id})

    def register(self, told: Mapping[str, Any]) -> Answer:
        """Register the issue of a cheque (SAYAD); the payee has to confirm it."""
        if not str(told["holder_id"]):
            return Answer(422, {"code": "PAY-006"})
        bounced = self.book.row(
            "SELECT 1 FROM cheque WHERE debit = ? AND status IN (?, ?)",
            told["debit"],
            str(BOUNCED),
            str(PART_BOUNCED),
        )
        if bounced is not None:
            return Answer(422, {"code": "PAY-009"})
        if self.book.row("SELECT 1 FROM cheque WHERE sayad_id = ?", told["sayad_id"]) is not None:
            return Answer(422, {"code": "PAY-004"})
        names = (
            "sayad_id", "end_to_end_id", "series", "serial", "amount", "due_on", "debit",
            "holder_id", "holder_name", "reason",
        )  # fmt: skip
        self.book.write(
            f"INSERT INTO cheque ({', '.join(names)}, status)"  # noqa: S608 - our own names
            f" VALUES ({', '.join('?' * len(names))}, '{WAITS}')",
            *(told[each] for each in names),
        )
        return Answer(201, {"receipt": f"SAYAD-{told['sayad_id']}"})

    def cheque(self, sayad_id: str) -> Answer:
        """Answer an inquiry with the fields of the register (`domain.md` §4.2)."""
        found = self.book.row("SELECT * FROM cheque WHERE sayad_id = ?", sayad_id)
        if found is None:
            return Answer(404, {"code": "unknown"})
        holder = {
            "name": found["holder_name"],
            "idCode": found["holder_id"],
            "idType": 1 if len(found["holder_id"]) == 10 else 2,
        }
        return Answer(
            200,
            {
                "sayadId": sayad_id,
                "seriesNo": found["series"],
                "serialNo": found["serial"],
                "amount": found["amount"],
                "dueDate": found["due_on"],
                "fromIban": found["debit"],
                "currency": "IRR",
                "chequeMedia": "digital",
                "chequeStatus": int(found["status"]),
                "reason": found["reason"],
                "holders": [holder],
            },
        )

    def act(self, sayad_id: str, act: str, at: datetime) -> Answer:
        """Do what others do with a cheque: confirm, return, present, bounce."""
        found = self.book.row("SELECT * FROM cheque WHERE sayad_id = ?", sayad_id)
        if found is None:
            return Answer(404, {"code": "unknown"})
        before = {"confirm": WAITS, "return": WAITS, "present": ISSUED, "bounce": ISSUED}.get(act)
        if before is None or int(found["status"]) != before:
            return Answer(409, {"code": "not now", "status": int(found["status"])})
        after = {"confirm": ISSUED, "return": RETURNED, "present": CASHED, "bounce": BOUNCED}[act]
        self.book.write("UPDATE cheque SET status = ? WHERE sayad_id = ?", str(after), sayad_id)
        if after == CASHED:
            self._move(found["debit"], -found["amount"], at, found["end_to_end_id"])
        return Answer(200, {"status": after})

    def statement(self, iban: str, at: datetime) -> Answer:
        """Return all lines of an account as a camt.053 that ends with its balance."""
        account = self.book.row("SELECT balance FROM account WHERE iban = ?", iban)
        if account is None:
            return Answer(404, {"code": "AC01"})
        found = self.book.rows("SELECT * FROM entry WHERE iban = ? ORDER BY id", iban)
        entries = tuple(
            Entry(
                f"L{each['id']}",
                Rial(abs(each["amount"])),
                is_credit=each["amount"] > 0,
                on=date.fromisoformat(each["on_day"]),
                end_to_end_id=each["end_to_end_id"],
                about=each["about"],
            )
            for each in found
        )
        moved = sum(each["amount"] for each in found)
        closing = Rial(account["balance"])
        report = AccountReport(_new_id(), at, iban, entries, closing - Rial(moved), closing)
        return Answer(200, {"message": write_statement(report).decode()})

    def forget_all(self) -> Answer:
        """Empty the book but for the accounts: another exercise begins."""
        for each in ("call", "answer", "payment", "cheque", "entry"):
            self.book.write(f"DELETE FROM {each}")  # noqa: S608 - our own names
        return Answer(200, {})

    def ledger(self) -> Answer:
        """Tell every call and every payment: what tests hold our own records to."""
        payments = self.book.rows(
            "SELECT idem_key, end_to_end_id, amount, status, reason FROM payment ORDER BY id"
        )
        calls = self.book.rows("SELECT method, path, idem_key, fault FROM call ORDER BY id")
        return Answer(
            200,
            {
                "payments": [dict(each) for each in payments],
                "calls": [dict(each) for each in calls],
            },
        )


def _group(rejected: int, count: int) -> Status:
    """Return what is said of a file by how many of its payments were rejected (§4.9)."""
    if not rejected:
        return Status.ACCEPTED
    return Status.REJECTED if rejected == count else Status.PARTLY_ACCEPTED


def _new_id() -> str:
    return f"BANK-{uuid4().hex[:24]}"
