"""All that is different about two versions of an area, in sentences, what matters most first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from webapp.texts import N_
from webapp.versions import decisions, diagrams, forms, plainly, settings
from webapp.versions.both import Both
from webapp.versions.names import local
from webapp.versions.sentences import Entry, Mark, Rank, Sentence, Subject, by_file


@dataclass(frozen=True, slots=True)
class Group:
    """One thing with all that is different about it."""

    subject: Subject
    title: str
    about: str  #: what sort of thing it is, and in which process
    sentences: tuple[Sentence, ...]
    mark: Mark  #: how it is shown: ``added`` and ``removed`` only as a whole

    @property
    def rank(self) -> Rank:
        """How much it matters."""
        return min(each.rank for each in self.sentences)

    @property
    def anchor(self) -> str:
        """What a link to the group names."""
        subject = self.subject
        parts = (subject.kind, subject.file.rpartition("/")[2].partition(".")[0], subject.id)
        return "-".join(each for each in parts if each)


@dataclass(frozen=True, slots=True)
class Summary:
    """What an approver reads."""

    groups: tuple[Group, ...]  #: what matters most first
    drawing: tuple[Sentence, ...]  #: what means nothing to a case
    rewritten: tuple[str, ...]  #: files that say the same, written down otherwise
    raw: tuple[tuple[str, str, str, str], ...]  #: every change as it stands in the files

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is different at all."""
        return not (self.groups or self.drawing or self.rewritten)

    def marks(self, file: str) -> dict[str, Mark]:
        """Return how the elements of a diagram are marked in it, by id."""
        marks: dict[str, Mark] = {
            each.subject.id: "moved" for each in self.drawing if each.subject.file == file
        }
        for each in self.groups:
            if each.subject.kind == "element" and each.subject.file == file:
                marks[each.subject.id] = each.mark
        return marks


def summary_of(both: Both) -> Summary:
    """Return two versions in sentences; every change is in one of them or more."""
    versions = both.versions
    told = list(sentences(both))
    said = [each for each in told if each.rank < Rank.DRAWING]
    groups: dict[Subject, list[Sentence]] = {}
    for each in said:
        groups.setdefault(each.subject, []).append(each)
    made = [_group(subject, found, both) for subject, found in groups.items()]
    made.sort(key=lambda each: (each.rank, each.about, each.title))
    return Summary(
        tuple(made),
        tuple(each for each in told if each.rank == Rank.DRAWING),
        versions.rewritten,
        tuple(plainly.raw(each) for each in versions.changes),
    )


def sentences(both: Both) -> Iterator[Sentence]:
    """Yield all that is different, file by file; what has no words of its own as it stands."""
    for file, entries in by_file(both.versions).items():
        yield from _of_file(file, entries, both)


def _of_file(file: str, entries: list[Entry], both: Both) -> Iterator[Sentence]:
    for each in entries:
        if not each.way:
            yield plainly.whole(file, each, both)
    inside = [each for each in entries if each.way]
    told: set[int] = set()
    for sentence in _teller(file)(file, inside, both) if inside else ():
        told |= sentence.changes
        yield sentence
    for each in inside:
        if each.number not in told:
            yield plainly.anything(file, each, both)


def _teller(file: str) -> diagrams.Teller:
    if file.endswith(".bpmn"):
        return diagrams.sentences
    if file.endswith(".dmn"):
        return decisions.sentences
    if file.endswith(".form"):
        return forms.sentences
    if file == "process.toml":
        return settings.sentences
    return plainly.texts


def _group(subject: Subject, sentences: list[Sentence], both: Both) -> Group:
    found = sorted(sentences, key=lambda each: each.rank)
    marks = {each.mark for each in found}
    title, about = _titles(subject, both)
    names = both.new, both.old
    in_new, in_old = (subject.id in each.drawn(subject.file) for each in names)
    mark: Mark = "changed"
    if subject.kind == "element" and in_new != in_old:
        mark = "added" if in_new else "removed"
    elif subject.kind != "element" and len(marks) == 1:
        [mark] = marks
    return Group(subject, title, about, tuple(found), mark)


_ABOUT: Final = {
    "decision": N_("Decision"),
    "form": N_("Form"),
    "file": N_("A file"),
    "process": N_("Process"),
    "area": N_("Area"),
}


def _titles(subject: Subject, both: Both) -> tuple[str, str]:
    """Return what the thing is called, and what sort of thing it is."""
    saying = both.saying
    if subject.kind == "element":
        named = both.element(subject.file, subject.id)
        names = both.new if subject.id in both.new.drawn(subject.file) else both.old
        kind = names.kind(subject.file, subject.id)
        title = names.process(subject.within) if subject.within else ""
        return named, saying.listed([each for each in (kind, title) if each])
    about = saying.say(_ABOUT[subject.kind])
    if subject.kind == "process":
        return (both.new.process(subject.id) if subject.id != "area" else both.new.area), about
    if subject.kind == "decision":
        return _decision(subject, both), about
    if subject.kind == "form":
        steps = both.new.shows_form(subject.id) or both.old.shows_form(subject.id)
        return saying.listed(steps) or saying.quoted(subject.id), about
    return subject.file, about


def _decision(subject: Subject, both: Both) -> str:
    for names in (both.new, both.old):
        root = names.files.get(subject.file)
        for each in root.parts if root else ():
            if each.mark == subject.id and local(each.tag) != "DMNDI" and subject.id:
                return each.facts.get("name") or subject.id
    return subject.file
