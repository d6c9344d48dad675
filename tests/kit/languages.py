"""Words of the wrong language on a page: what people wrote and codes stand apart in its markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

FOREIGN: Final = {
    "fa": re.compile(r"(?<![.A-Za-z])[A-Za-z]{2,}"),
    "en": re.compile(r"[\u0600-\u06ff]{2,}"),
}
#: Elements whose text is nobody's language.
_CODES: Final = frozenset({"script", "style", "kbd", "code", "bdi", "textarea"})
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle"})
_SPOKEN: Final = frozenset({"aria-label", "placeholder", "title", "data-label", "alt"})


def foreign_words(html: str, language: str, *, known: tuple[str, ...] = ()) -> list[str]:
    """Return the texts of a page that hold words of another language.

    Text under ``dir``, ``lang`` or ``bdi`` is a code or was written by people; so are the
    ``known`` texts, wherever they stand.
    """
    reader = _Reader()
    reader.feed(html)
    found = []
    for text in reader.texts:
        own = text
        for each in known:
            own = own.replace(each, " ")
        if FOREIGN[language].search(own):
            found.append(text)
    return found


class _Reader(HTMLParser):
    """Gathers the texts that are said in the language of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._apart: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        apart = tag in _CODES or (tag != "html" and bool({"dir", "lang"} & given.keys()))
        spoken = [] if apart or any(self._apart) else sorted(_SPOKEN & given.keys())
        self.texts += [given[each] or "" for each in spoken]
        if tag not in _VOID:
            self._apart.append(apart)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stands in an element without content."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._apart:
            self._apart.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._apart) and data.strip():
            self.texts.append(" ".join(data.split()))
