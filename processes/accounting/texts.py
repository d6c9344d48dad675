"""The area's texts as its files have them, for pages that show no deployed definition."""

from __future__ import annotations

from pathlib import Path

from engine.sdk import FolderTexts


class AreaTexts(FolderTexts):
    """The texts in one language."""

    folder = Path(__file__).resolve().parent
