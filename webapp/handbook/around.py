"""What is said around the contents of a handbook: which version, by whom, where, what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from engine.catalogue.bundle import Bundle
from engine.storage.bundles import Deployed
from engine.versions import compare
from webapp.handbook.book import Contents, Role, tidy
from webapp.manner import Manner
from webapp.versions.both import Both
from webapp.versions.sentences import Subject
from webapp.versions.summary import summary_of

MOST_UNITS: Final = 8  #: shown for one role
MOST_CHANGES: Final = 120  #: sentences


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different since another version, in sentences."""

    sentences: tuple[tuple[str, str], ...]  #: what each is about, and what it says
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Handbook:
    """The contents with what is said around them."""

    contents: Contents
    version: str  #: in words
    at: datetime | None
    by: str  #: who published it, or worked on the draft
    is_draft: bool
    since: str  #: what the changes are told against; nothing where there is nothing before
    changes: Changes | None


def with_units(
    contents: Contents, held: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]
) -> Contents:
    """Return the contents with where each role is held now."""

    def placed(role: Role) -> Role:
        units = [titles.get(each, each) for each in held.get(role.role, ()) if each != "*"]
        return replace(role, units=tuple(units[:MOST_UNITS]), more=max(len(units) - MOST_UNITS, 0))

    return replace(contents, roles=tuple(placed(each) for each in contents.roles))


@lru_cache(maxsize=32)
def changes_of(old: Deployed, new: Deployed, manner: Manner) -> Changes:
    """Return what is different between two versions of a process, which never changes."""
    return changes_between(old.bundle, new.bundle, new.process_id, manner)


def changes_between(old: Bundle, new: Bundle, process_id: str, manner: Manner) -> Changes:
    """Return what is different about one process between two versions of its area."""
    both = Both(compare(old, new), manner)
    file = both.file_of(process_id)
    told = [
        (tidy(group.title, 300), tidy(sentence.text))
        for group in summary_of(both).groups
        if _is_of(group.subject, process_id, file)
        for sentence in group.sentences
    ]
    return Changes(tuple(told[:MOST_CHANGES]), max(len(told) - MOST_CHANGES, 0))


def _is_of(subject: Subject, process_id: str, file: str) -> bool:
    if subject.within and subject.within != process_id:
        return False
    if subject.kind == "process":
        return subject.id == process_id
    return not subject.file.endswith(".bpmn") or subject.file == file
