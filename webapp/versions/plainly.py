"""Texts of other languages, files that came or went, and whatever else has no words of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.bpmn.interchange import step_of
from engine.changes import Added, Change, Changed, Removed
from engine.versions import FILE, ITEMS, RAW, plain
from webapp.texts import N_
from webapp.versions.both import Both
from webapp.versions.sentences import Entry, Rank, Sentence, Subject

LANGUAGES: Final = {"fa": N_("Persian"), "en": N_("English")}


def texts(file: str, entries: Iterable[Entry], both: Both) -> Iterator[Sentence]:
    """Yield what is different about the texts of one language."""
    code = file.split(".")[1] if file.count(".") > 1 else ""
    language = both.saying.say(LANGUAGES[code]) if code in LANGUAGES else code
    for each in entries:
        way = [key.tag.removesuffix(ITEMS) for key in each.way[1:]]
        change = each.change
        if isinstance(change, Changed):
            yield _text(file, language, [*way, change.name], each, both)
        else:
            yield anything(file, each, both, Rank.TEXT)


def _text(file: str, language: str, path: list[str], entry: Entry, both: Both) -> Sentence:
    change = entry.change
    assert isinstance(change, Changed)
    is_step = len(path) == 2 and path[0] in both.new.processes
    named = both.step(*path) if is_step else both.saying.quoted(" / ".join(path))
    what = both.saying.say(N_("In %(language)s, %(name)s"), language=language, name=named)
    text = both.saying.became(what, plain(change.before), plain(change.after))
    subject = Subject("file", file)
    if is_step:
        subject = Subject("element", both.new.processes[path[0]][0], path[1], path[0])
    return Sentence(subject, text, Rank.TEXT, "changed", frozenset({entry.number}))


def whole(file: str, entry: Entry, both: Both) -> Sentence:
    """Say that a file came or went."""
    name = both.saying.quoted(file)
    text = N_("The file %(name)s was added")
    if isinstance(entry.change, Removed):
        text = N_("The file %(name)s was removed")
    elif isinstance(entry.change, Changed):
        text = N_("The file %(name)s, which cannot be read, is another")
    told = both.saying.say(text, name=name)
    rank = Rank.STEP if file.endswith((".bpmn", ".dmn", "process.toml")) else Rank.FORM
    subject = Subject("file", file)
    return Sentence(subject, told, rank, entry.mark, frozenset({entry.number}))


def anything(file: str, entry: Entry, both: Both, rank: Rank = Rank.REST) -> Sentence:
    """Say a change as it stands in the file, with its place."""
    change, number = entry.change, frozenset({entry.number})
    where = "/".join(step_of(each) for each in entry.way[1:]) or file
    subject = Subject("file", file)
    match change:
        case Changed(name=name, before=before, after=after):
            text = both.saying.became(f"{where}/{name}", before, after)
            return Sentence(subject, text, rank, "changed", number)
        case Added(part=part) | Removed(part=part):
            text = N_("%(what)s, new") if isinstance(change, Added) else N_("%(what)s, no more")
            facts = [(step_of(each), each.facts) for each in part.walk()]
            codes = tuple(
                (f"{step}/{name}", fact) for step, told in facts for name, fact in told.items()
            )
            told = both.saying.say(text, what=where)
            return Sentence(subject, told, rank, entry.mark, number, codes)
    text = both.saying.say(N_("%(what)s in another place in the file"), what=where)
    return Sentence(subject, text, Rank.DRAWING, "moved", number)


def raw(change: Change) -> tuple[str, str, str, str]:
    """Return a change as it stands: kind, place, before and after."""
    where = "/".join(each.mark if each.tag == FILE else step_of(each) for each in change.place)
    match change:
        case Changed(name=name, before=before, after=after):
            name = "" if name == RAW else f"/@{name}"
            return "changed", f"{where}{name}", before or "", after or ""
        case Added(part=part, at=at):
            mark = part.mark if part.tag == FILE else step_of(part)
            return "added", f"{where}/{mark}".lstrip("/"), "", f"{at + 1}."
        case Removed():
            return "removed", where, "", ""
        case _:
            return "moved", where, "", f"{change.at + 1}."
