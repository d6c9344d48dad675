"""Where a payment order is, and which of its states follows which (`domain.md` §4.4)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from processes.payments.bank.messages import Status


class Instrument(enum.Enum):
    """How an order is paid."""

    CHEQUE = "CHEQUE"  #: a paper leaf, registered in SAYAD
    ECHEQUE = "ECHEQUE"  #: چکاد: the cheque itself is a data message
    TRANSFER = "TRANSFER"

    @property
    def is_cheque(self) -> bool:
        """Whether it is registered in SAYAD and confirmed by the payee."""
        return self is not Instrument.TRANSFER


class OrderState(enum.Enum):
    """Where an order is."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"  #: by the treasurer
    PARTLY_SIGNED = "PARTLY_SIGNED"
    SIGNED = "SIGNED"
    SENT = "SENT"  #: a transfer, taken by the bank
    REGISTERED = "REGISTERED"  #: a cheque, in SAYAD
    WAIT_PAYEE_CONFIRM = "WAIT_PAYEE_CONFIRM"
    CONFIRMED = "CONFIRMED"
    PRESENTED = "PRESENTED"  #: a cheque at the bank, a transfer in settlement
    CLEARED = "CLEARED"
    DECLINED = "DECLINED"  #: given up before it was sent
    CANCELLED = "CANCELLED"
    RETURNED_BY_PAYEE = "RETURNED_BY_PAYEE"
    REJECTED = "REJECTED"  #: RJCT
    PART_BOUNCED = "PART_BOUNCED"
    BOUNCED = "BOUNCED"
    EXPIRED = "EXPIRED"
    BLOCKED = "BLOCKED"


_S = OrderState
#: An order that stands in the way of another one for the same voucher (R-PAY-01).
NOT_LIVE: Final = frozenset({_S.DECLINED, _S.CANCELLED, _S.RETURNED_BY_PAYEE, _S.REJECTED})
#: A new order may be made after one of these, linked to it (R-PAY-01).
REISSUED_AFTER: Final = NOT_LIVE
#: Cancelling is over from here on (R-PAY-04).
FIRM: Final = frozenset({_S.CONFIRMED, _S.PRESENTED, _S.CLEARED})
ENDED: Final = NOT_LIVE | {_S.CLEARED, _S.BOUNCED, _S.PART_BOUNCED, _S.EXPIRED, _S.BLOCKED}
#: The whole of it was not paid, and is owed again.
GIVEN_BACK: Final = (NOT_LIVE - {_S.DECLINED}) | {_S.BOUNCED, _S.EXPIRED}
UNSENT: Final = frozenset({_S.DRAFT, _S.APPROVED, _S.PARTLY_SIGNED, _S.SIGNED})

_AFTER_SENDING: Final = frozenset(
    {
        _S.WAIT_PAYEE_CONFIRM,
        _S.CONFIRMED,
        _S.PRESENTED,
        _S.CLEARED,
        _S.CANCELLED,
        _S.RETURNED_BY_PAYEE,
        _S.REJECTED,
        _S.PART_BOUNCED,
        _S.BOUNCED,
        _S.EXPIRED,
        _S.BLOCKED,
    }
)
NEXT: Final[Mapping[OrderState, frozenset[OrderState]]] = {
    _S.DRAFT: frozenset({_S.APPROVED, _S.DECLINED}),
    _S.APPROVED: frozenset({_S.DRAFT, _S.PARTLY_SIGNED, _S.DECLINED}),
    _S.PARTLY_SIGNED: frozenset({_S.DRAFT, _S.APPROVED, _S.SIGNED, _S.DECLINED}),
    _S.SIGNED: frozenset(
        {_S.DRAFT, _S.APPROVED, _S.SENT, _S.REGISTERED, _S.REJECTED, _S.DECLINED}
    ),
    _S.SENT: _AFTER_SENDING,
    _S.REGISTERED: _AFTER_SENDING,
    _S.WAIT_PAYEE_CONFIRM: _AFTER_SENDING - {_S.WAIT_PAYEE_CONFIRM},
    _S.CONFIRMED: frozenset(
        {_S.PRESENTED, _S.CLEARED, _S.RETURNED_BY_PAYEE, _S.PART_BOUNCED, _S.BOUNCED,
         _S.EXPIRED, _S.BLOCKED}
    ),
    _S.PRESENTED: frozenset({_S.CLEARED, _S.REJECTED, _S.PART_BOUNCED, _S.BOUNCED, _S.BLOCKED}),
    _S.BLOCKED: frozenset({_S.CONFIRMED, _S.PRESENTED, _S.CLEARED, _S.CANCELLED}),
    _S.PART_BOUNCED: frozenset({_S.CLEARED, _S.BOUNCED}),
    _S.BOUNCED: frozenset({_S.CLEARED}),
}  # fmt: skip


def may_follow(now: OrderState, then: OrderState) -> bool:
    """Tell whether an order comes from one state into another; nothing follows CLEARED.

    >>> may_follow(OrderState.SENT, OrderState.CLEARED)
    True
    >>> may_follow(OrderState.CLEARED, OrderState.CANCELLED)
    False
    """
    return then in NEXT.get(now, frozenset())


def is_alarm(now: OrderState, then: OrderState) -> bool:
    """Tell whether the bank takes back what it said for good: ``PAY-021``.

    Settled after rejected, or rejected after settled; a person has to look.
    """
    return now in ENDED and then in ENDED and now is not then and not may_follow(now, then)


#: What a bank's status of a transfer makes of it (`domain.md` §4.9); others change nothing.
OF_TRANSFER: Final[Mapping[Status, OrderState]] = {
    Status.IN_SETTLEMENT: _S.PRESENTED,
    Status.SETTLED: _S.CLEARED,
    Status.REJECTED: _S.REJECTED,
    Status.CANCELLED: _S.CANCELLED,
}
#: What the register's code of a cheque makes of it (§4.4; 9, a return, is our simulator's own).
OF_CHEQUE: Final[Mapping[int, OrderState]] = {
    1: _S.CONFIRMED,
    2: _S.CLEARED,
    3: _S.CANCELLED,
    4: _S.BOUNCED,
    5: _S.PART_BOUNCED,
    6: _S.WAIT_PAYEE_CONFIRM,
    7: _S.WAIT_PAYEE_CONFIRM,
    8: _S.WAIT_PAYEE_CONFIRM,
    9: _S.RETURNED_BY_PAYEE,
}
