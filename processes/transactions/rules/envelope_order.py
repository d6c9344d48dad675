"""In which order envelopes are opened, and whose stay closed (`domain.md` §3.5, R-TND-08)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
