"""The register of guarantees (دفتر تضامین): states, timers and what may be done (§3.14)."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.errors import Problem
from engine.values import Rial
from processes.transactions.rules.guarantees import Given, Required


class Kind(enum.Enum):
    """What a guarantee stands for."""

    BID = "BID"  #: شرکت در فرایند ارجاع کار
    PERFORMANCE = "PERFORMANCE"  #: انجام تعهدات
    ADVANCE = "ADVANCE"  #: پیش‌پرداخت
    RETENTION = "RETENTION"  #: حسن انجام کار
    PAYMENT = "PAYMENT"  #: پرداخت اقساط


class State(enum.Enum):
    """Where a guarantee is in its life."""

    RECEIVED = "RECEIVED"
    VERIFIED = "VERIFIED"  #: the issuer has confirmed status, amount and expiry
    ACTIVE = "ACTIVE"
    EXTENDED = "EXTENDED"
    REDUCED = "REDUCED"
    RELEASED = "RELEASED"
    CALLED = "CALLED"  #: ضبط / مطالبه
    EXPIRED = "EXPIRED"


IN_FORCE: Final = (State.ACTIVE, State.EXTENDED, State.REDUCED)
_AFTER_FORCE: Final = frozenset({*IN_FORCE[1:], State.RELEASED, State.CALLED, State.EXPIRED})
#: State -> what may follow it.
NEXT: Final[Mapping[State, frozenset[State]]] = {
    State.RECEIVED: frozenset({State.VERIFIED, State.RELEASED}),  # given back when it will not do
    State.VERIFIED: frozenset({State.ACTIVE, State.RELEASED, State.EXPIRED}),
    **dict.fromkeys(IN_FORCE, _AFTER_FORCE),
}
HELD: Final = frozenset(NEXT)  #: neither given back nor called nor over
#: Given back before it was verified: it will not do, whatever is owed.
NOT_ACCEPTED: Final = "NOT_ACCEPTED"
#: What has to have happened before one of a kind is given back: any one of these.
RELEASED_BY: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.BID: frozenset({"AWARDED_TO_OTHERS", "CONTRACT_SIGNED", "CANCELLED", "REJECTED"}),
    Kind.PERFORMANCE: frozenset({"PROVISIONAL_ACCEPTANCE"}),
    Kind.ADVANCE: frozenset({"ADVANCE_RECOVERED"}),
    Kind.RETENTION: frozenset({"FINAL_ACCEPTANCE"}),
    Kind.PAYMENT: frozenset({"INSTALMENTS_PAID", "CANCELLED"}),
}


def check_received(given: Given, required: Required, known: Collection[str]) -> list[Problem]:
    """Return why a guarantee cannot be entered.

    ``GUA-001`` its number is known of this issuer · ``GUA-002`` for another beneficiary ·
    ``GUA-003`` shorter than required · ``TND-027`` lower than required.

    Args:
        known: numbers that this issuer's guarantees in the register have.
    """
    problems = []
    if given.number in known:
        problems.append(Problem("GUA-001", "number", {"number": given.number}))
    if given.beneficiary != required.beneficiary:
        problems.append(Problem("GUA-002", "beneficiary"))
    if given.until < required.until:
        problems.append(Problem("GUA-003", "until"))
    if given.amount < required.amount:
        told = {"why": "amount", "required": str(required.amount.amount)}
        problems.append(Problem("TND-027", "amount", told))
    return problems


def releasing(kind: Kind, state: State) -> frozenset[str]:
    """Return the events any one of which lets a guarantee be given back."""
    return RELEASED_BY[kind] | ({NOT_ACCEPTED} if state is State.RECEIVED else frozenset())


#: event of the release of a bid's guarantee -> where its tender has to stand (§3.14)
AFTER: Final[Mapping[str, frozenset[str]]] = {
    "AWARDED_TO_OTHERS": frozenset({"AWARDED", "CONTRACTED"}),
    "CONTRACT_SIGNED": frozenset({"CONTRACTED"}),
    "CANCELLED": frozenset({"CANCELLED", "UNSUCCESSFUL"}),
    "REJECTED": frozenset({"OPENING", "AWARDED", "CONTRACTED", "CANCELLED", "UNSUCCESSFUL"}),
}
#: nothing is owed on the bids of these tenders any more
FREE: Final = frozenset({"CONTRACTED", "CANCELLED", "UNSUCCESSFUL"})


def has_happened(event: str, tender: str) -> bool:
    """Tell whether an event may have freed the guarantee of a bid, by the state of its tender.

    >>> has_happened("CANCELLED", "PUBLISHED"), has_happened("CANCELLED", "UNSUCCESSFUL")
    (False, True)
    """
    return tender in AFTER.get(event, frozenset({tender}))


def check_release(kind: Kind, state: State, happened: Collection[str]) -> list[Problem]:
    """Return ``GUA-004`` while what the guarantee stands for is still owed.

    >>> check_release(Kind.PERFORMANCE, State.ACTIVE, {"PROVISIONAL_ACCEPTANCE"})
    []
    """
    if State.RELEASED not in NEXT.get(state, frozenset()) or not releasing(kind, state) & set(
        happened
    ):
        return [Problem("GUA-004", None, {"state": state.value})]
    return []


def check_call(state: State, signers: Collection[str], reason: str) -> list[Problem]:
    """Return why a guarantee cannot be called: it needs a reason minute and two people.

    ``GUA-005`` it is released, called or has expired · ``GUA-006`` without a reason ·
    ``GUA-007`` fewer than two people have signed.

    >>> [each.code for each in check_call(State.RELEASED, {"a", "b"}, "refused to sign")]
    ['GUA-005']
    """
    problems = []
    if state not in IN_FORCE:
        problems.append(Problem("GUA-005", None, {"state": state.value}))
    if not reason.strip():
        problems.append(Problem("GUA-006", "reason"))
    if len(set(signers)) < 2:
        problems.append(Problem("GUA-007", "signers"))
    return problems


def check_next(state: State, wanted: State) -> list[Problem]:
    """Return ``GUA-009`` where a guarantee cannot become what is wanted."""
    if wanted in NEXT.get(state, frozenset()):
        return []
    return [Problem("GUA-009", None, {"state": state.value})]


def check_confirmed(
    amount: Rial, until: date, confirmed: Rial, confirmed_until: date
) -> list[Problem]:
    """Return ``GUA-008`` beside each figure that its issuer does not confirm."""
    problems = []
    if confirmed != amount:
        problems.append(Problem("GUA-008", "amount"))
    if confirmed_until != until:
        problems.append(Problem("GUA-008", "until"))
    return problems


def check_extension(until: date, extended: date) -> list[Problem]:
    """Return ``GUA-010`` for an end that is no later than the one it has."""
    return [] if extended > until else [Problem("GUA-010", "until", {"until": until.isoformat()})]


def check_reduction(kind: Kind, amount: Rial, reduced: Rial) -> list[Problem]:
    """Return ``GUA-011``: only an advance's falls, with the advance, and to more than nothing."""
    if kind is Kind.ADVANCE and Rial.ZERO < reduced < amount:
        return []
    return [Problem("GUA-011", "recovered")]


def check_over(until: date, on: date) -> list[Problem]:
    """Return ``GUA-012`` up to the last day of a guarantee."""
    return [] if on > until else [Problem("GUA-012", None, {"until": until.isoformat()})]


def reduced_advance(advance: Rial, recovered: Rial) -> Rial:
    """Return to what an advance guarantee may fall: what is not yet recovered, never below nothing.

    >>> reduced_advance(Rial(22_096_018_410), Rial(9_222_611_812))
    Rial(amount=12873406598)
    """
    return max(advance - recovered, Rial.ZERO)


@dataclass(frozen=True, slots=True)
class Watch:
    """How many days before its end a guarantee calls for somebody."""

    first_reminder: int = 45
    second_reminder: int = 30
    call: int = 15  #: extend it now, or call it


@dataclass(frozen=True, slots=True)
class Timers:
    """The days on which a guarantee calls for somebody."""

    first_reminder: date
    second_reminder: date
    call: date
    ends: date  #: an obligation still open after it is an incident


def timers(until: date, watch: Watch) -> Timers:
    """Return when a guarantee calls for somebody; calendar days, for no bank waits for an office.

    >>> timers(date(2026, 3, 20), Watch()).call
    datetime.date(2026, 3, 5)
    """
    return Timers(
        first_reminder=until - timedelta(days=watch.first_reminder),
        second_reminder=until - timedelta(days=watch.second_reminder),
        call=until - timedelta(days=watch.call),
        ends=until,
    )


class Due(enum.Enum):
    """What a guarantee that is held calls for on a day."""

    NOTHING = "NOTHING"
    FIRST = "FIRST"  #: its end is in sight
    SECOND = "SECOND"
    CALL = "CALL"  #: to be extended or called
    ENDED = "ENDED"  #: over, and what it stands for is still open


def due(state: State, until: date, on: date, watch: Watch) -> Due:
    """Return what a guarantee calls for; one that is no longer held calls for nothing.

    >>> due(State.ACTIVE, date(2026, 3, 20), date(2026, 3, 5), Watch())
    <Due.CALL: 'CALL'>
    """
    days = timers(until, watch)
    if state not in HELD or on < days.first_reminder:
        return Due.NOTHING
    if on > days.ends:
        return Due.ENDED
    if on >= days.call:
        return Due.CALL
    return Due.SECOND if on >= days.second_reminder else Due.FIRST
