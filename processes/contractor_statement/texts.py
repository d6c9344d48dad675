"""The area's texts as its files have them, for pages that show no deployed definition."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.sdk import FolderTexts

#: What a statement's case is drawn as, by its kind.
PROCESSES: Final = {
    "INTERIM": "interim_statement",
    "FINAL": "final_statement",
    "ADVANCE": "advance_payment",
    "ADJUSTMENT": "price_adjustment",
    "RETENTION_RELEASE": "retention_release",
}


class AreaTexts(FolderTexts):
    """The texts in one language."""

    folder = Path(__file__).resolve().parent
