"""In which order envelopes are opened, and whose stay closed (`domain.md` §3.5, R-TND-08)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: the kinds in the order of the law: guarantee, technical documents, price
ORDER: Final = ("A", "B", "C")
_ACCEPTED: Final = "ACCEPTED"
_REJECTED: Final = "REJECTED"


def refusal(kind: str, bid: Mapping[str, str], others: Iterable[Mapping[str, str]]) -> str | None:
    """Return why an envelope of a bid is not opened now; nothing when it may be.

    ``TND-010`` the bid did not pass an earlier envelope · ``TND-058`` the bid's own earlier
    envelope, or that of another bid, is not decided yet.

    Args:
        bid: the state of each of its envelopes by kind.
        others: those of the other bids.

    >>> refusal("C", {"A": "ACCEPTED", "B": "REJECTED"}, [])
    'TND-010'
    >>> refusal("B", {"A": "ACCEPTED"}, [{"A": "OPENED"}])
    'TND-058'
    """
    earlier = ORDER[: ORDER.index(kind)]
    if any(bid[each] == _REJECTED for each in earlier):
        return "TND-010"
    if any(bid[each] != _ACCEPTED for each in earlier):
        return "TND-058"
    undecided = (_is_undecided(each, earlier) for each in others)
    return "TND-058" if any(undecided) else None


def _is_undecided(bid: Mapping[str, str], kinds: Iterable[str]) -> bool:
    for each in kinds:
        if bid[each] == _REJECTED:
            return False
        if bid[each] != _ACCEPTED:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Turn:
    """The envelope that is dealt with now."""

    at: int  #: place of its bid
    kind: str


def turn(bids: Sequence[Mapping[str, str]]) -> Turn | None:
    """Return the envelope whose turn it is: to be opened, or opened and to be decided.

    All guarantees come first, then the technical documents of who passed, then their prices,
    bid by bid in each round. A price that is open is done with: it is checked elsewhere.

    Args:
        bids: the state of each envelope by kind, in the order the bids came.

    >>> turn([{"A": "REJECTED", "B": "SEALED", "C": "SEALED"}, dict.fromkeys("ABC", "SEALED")])
    Turn(at=1, kind='A')
    """
    for kind in ORDER:
        waits = {"SEALED", "OPENED"} if kind != ORDER[-1] else {"SEALED"}
        for at, states in enumerate(bids):
            failed = any(states[each] == _REJECTED for each in ORDER)
            if states[kind] in waits and not failed:
                return Turn(at, kind)
    return None
