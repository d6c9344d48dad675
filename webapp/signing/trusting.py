"""Whose signatures count here, and where trusted time comes from: what the settings name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.settings.signing import SigningSettings
from engine.signing import stamps
from engine.signing.trust import Bundle, Trust
from engine.storage import certificates
from engine.storage.database import Session
from webapp.request import now, services

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper


def trust_here(session: Session) -> Trust:
    """Return whom signatures may come from at this moment."""
    return certificates.trust(
        session, services().vault, outside(services().settings.signing), now()
    )


def stamper() -> TimeStamper | None:
    """Return what asks for timestamps, where the site has an authority for them."""
    return stamps.stamper(services().settings.signing.stamps)


def outside(settings: SigningSettings) -> Trust:
    """Return whom the settings trust; a file that was replaced is read again."""
    return Trust(national=_read(settings.national), stamping=_read(settings.stamping))


def _read(name: str) -> Bundle:
    if not name:
        return Bundle()
    path = Path(name)
    return _bundle(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _bundle(path: Path, _changed: int) -> Bundle:
    return Bundle.read(path.read_bytes())
