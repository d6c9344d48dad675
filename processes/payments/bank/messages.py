"""The messages as values: what a file says, whatever its XML looks like."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.errors import RuleBroken
from engine.values import Rial

CREDIT_TRANSFER: Final = "pain.001.001.09"
STATUS_REPORT: Final = "pain.002.001.10"
STATEMENT: Final = "camt.053.001.08"
NOTIFICATION: Final = "camt.054.001.08"
LONGEST_ID: Final = 35  #: characters of MsgId, EndToEndId (Max35Text)
LONGEST_LINE: Final = 105  #: characters of AddtlInf (Max105Text)
LONGEST_TEXT: Final = 500  #: kept of what a bank adds in its own words


class FileRefused(RuleBroken):
    """A file is refused whole: nothing of it counts.

    ``PAY-020`` a sum or a count is not true; ``PAY-022`` it is no message that we read.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(f"{code}: {params}")
        self.code = code
        self.params = params


class Channel(enum.Enum):
    """How a transfer goes between banks (R-PAY-06)."""

    BATCH = "PAYA"  #: پایا, several times a day
    HIGH_VALUE = "SATNA"  #: ساتنا, at once and one by one


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment of a file."""

    end_to_end_id: str  #: the number of the order, unique for ever
    amount: Rial
    payee_name: str
    payee_id: str  #: 10 digits a person, 11 a legal entity
    payee_iban: str
    purpose: str  #: code of what it is for (بابت)
    payment_id: str = ""
    note: str = ""  #: the hash of the voucher


@dataclass(frozen=True, slots=True)
class Batch:
    """Payments from one account on one day by one channel."""

    batch_id: str
    debtor_name: str
    debit_iban: str
    on: date
    transfers: tuple[Transfer, ...]
    channel: Channel = Channel.BATCH


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A customer's credit transfers (pain.001)."""

    message_id: str
    at: datetime
    initiator: str
    batches: tuple[Batch, ...]

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """All payments of the file."""
        return tuple(each for batch in self.batches for each in batch.transfers)


class Status(enum.Enum):
    """What a bank says of a payment or a file (external status codes)."""

    RECEIVED = "RCVD"
    TECHNICALLY_ACCEPTED = "ACTC"
    ACCEPTED = "ACCP"
    PARTLY_ACCEPTED = "PART"
    PENDING = "PDNG"
    IN_SETTLEMENT = "ACSP"
    SETTLED = "ACSC"
    REJECTED = "RJCT"
    CANCELLED = "CANC"


@dataclass(frozen=True, slots=True)
class TransferStatus:
    """What the bank says of one payment."""

    end_to_end_id: str
    status: Status
    reason: str = ""  #: ``AC01`` …, or the bank's own code
    bank_ref: str = ""
    text: str = ""  #: what the bank adds in its own words


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What a bank says of a file and its payments (pain.002)."""

    message_id: str
    at: datetime
    about: str  #: the id of the file that is answered
    group: Status | None
    transfers: tuple[TransferStatus, ...]
    count: int | None = None  #: of the file that is answered, as the bank read it
    total: Rial | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account."""

    reference: str  #: the bank's, unique in the account
    amount: Rial
    is_credit: bool
    on: date
    end_to_end_id: str = ""
    about: str = ""
    is_reversal: bool = False
    reason: str = ""  #: of money that came back


@dataclass(frozen=True, slots=True)
class AccountReport:
    """Lines of one account: a day's statement (camt.053) or a notification (camt.054)."""

    message_id: str
    at: datetime
    iban: str
    entries: tuple[Entry, ...]
    opening: Rial | None = None  #: a statement has both balances, a notification none
    closing: Rial | None = None
