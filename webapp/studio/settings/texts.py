"""What settings are called in both languages: texts beside ``process.toml``, shown side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final, NamedTuple

from webapp.studio.settings.fields import NAME, Typed, rows_of
from webapp.versions.names import at

#: languages of a text that stands in no file but theirs, and of one whose Persian stands elsewhere
BOTH: Final = ("fa", "en")
ENGLISH: Final = ("en",)
#: by the table whose rows have texts: the field of a row, its languages, the section of the texts
_OF_ROWS: Final[Mapping[str, tuple[str, tuple[str, ...], str]]] = {
    "columns": (NAME, BOTH, "columns"),
    "messages": (NAME, BOTH, "messages"),
    "tasks": ("point_of_no_return", ENGLISH, "no_return"),
}


class Said(NamedTuple):
    """Where one text is typed and where it stands."""

    field: str  #: path of the field
    language: str
    place: tuple[str, str]  #: section and key in ``texts.<language>.toml``


def texts_typed(section_id: str, typed: Typed, texts: Mapping[str, Mapping[str, Any]]) -> Typed:
    """Return the fields of texts with what the files of both languages say."""
    found: Typed = {}
    for each in _places(section_id, typed):
        said = at(texts.get(each.language, {}), *each.place)
        if isinstance(said, str):
            found[each.field] = [said]
    return found


def texts_said(
    section_id: str, typed: Typed, texts: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return what the files of both languages would say."""
    found = {each: deepcopy(dict(texts.get(each, {}))) for each in BOTH}
    for each in _places(section_id, typed):
        if each.field not in typed:
            continue
        text, (section, key) = "".join(typed[each.field]).strip(), each.place
        held = found[each.language].setdefault(section, {})
        if not isinstance(held, dict):
            continue
        if not text:
            held.pop(key, None)
        elif held.get(key) != text:
            held[key] = text
        if not held:
            found[each.language].pop(section)
    return found


def _places(section_id: str, typed: Typed) -> Iterator[Said]:
    own: list[tuple[str, tuple[str, ...]]] = [("title", ENGLISH)]
    if section_id != "area":
        own.append(("about", BOTH))
    for key, languages in own:
        for language in languages:
            yield Said(f"{key}.{language}", language, (section_id, key))
    for table, (field, spoken, section) in _OF_ROWS.items():
        for row in rows_of(typed, table):
            name = "".join(typed.get(f"{table}.{row}.{NAME}", [])).strip()
            for language in spoken if name else ():
                yield Said(f"{table}.{row}.{field}.{language}", language, (section, name))
