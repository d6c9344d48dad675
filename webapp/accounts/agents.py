"""What a browser says it is, in a few words: enough for its person to know it again."""

from __future__ import annotations

import re
from typing import Final

#: In this order: each also says the names of those below it.
_BROWSERS: Final = (
    ("Edge", re.compile(r"Edg(?:A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)[.\d]* .*Safari/")),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST: Final = 40  #: characters of a name nobody knows


def short_name(agent: str | None) -> str:
    """Return ``Firefox 145, Windows`` and the like; a program's own name where it is no browser."""
    said = agent or ""
    found = ((name, sign.search(said)) for name, sign in _BROWSERS)
    browser = next((f"{name} {match[1]}" for name, match in found if match), said[:LONGEST] or "–")
    system = next((name for sign, name in _SYSTEMS if sign in said), None)
    return f"{browser}, {system}" if system and browser != said[:LONGEST] else browser
