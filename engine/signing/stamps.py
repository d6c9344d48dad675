"""Trusted time: what asks a timestamp authority (RFC 3161), and how far our clock is off it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from engine.signing import errors
from engine.signing.errors import SigningRefused

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

#: R-SIG-10: a clock that is off by more signs nothing
MOST_DRIFT: Final = timedelta(seconds=2)
PATIENCE: Final = 10  #: seconds a timestamp authority may take


def stamper(url: str) -> TimeStamper | None:
    """Return what asks for timestamps; ``None`` where the site has no authority for them."""
    if not url:
        return None
    from pyhanko.sign.timestamps.requests_client import (  # noqa: PLC0415 - who has none, pays nothing
        RequestsHTTPTimeStamper,
    )

    return RequestsHTTPTimeStamper(url, timeout=PATIENCE)


def must_agree(at: datetime, stamped_at: datetime | None, taken: timedelta) -> None:
    """Refuse what was signed by a clock that is wrong (R-SIG-10).

    Args:
        at: what our clock said before the timestamp was asked for.
        taken: how long signing took from then on, which is no fault of a clock.

    Raises:
        SigningRefused: ours is more than two seconds off the authority's.
    """
    if stamped_at is None:
        return
    if not at - MOST_DRIFT - timedelta(seconds=1) <= stamped_at <= at + taken + MOST_DRIFT:
        raise SigningRefused(errors.CLOCK, f"{at} and {stamped_at}")
