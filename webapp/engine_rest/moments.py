"""Moments as Camunda writes them: ``2026-11-21T12:00:00.000+0000``."""

from __future__ import annotations

from datetime import UTC, datetime


def written(at: datetime | None) -> str | None:
    """Return a moment as Camunda writes it, in UTC.

    >>> written(datetime(2026, 11, 21, 12, 0, 0, 5000, tzinfo=UTC))
    '2026-11-21T12:00:00.005+0000'
    """
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def moment_from(text: str) -> datetime:
    """Read a moment; a ``+`` that an address turned into a space is forgiven.

    Raises:
        ValueError: it is no moment, or has no time zone.

    >>> moment_from("2026-11-21T15:30:00.000 0330") == datetime(2026, 11, 21, 12, tzinfo=UTC)
    True
    """
    at = datetime.fromisoformat(text.strip().replace(" ", "+"))
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(UTC)
