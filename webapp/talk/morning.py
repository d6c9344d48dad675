"""What a morning letter says: its parts in words, for the plain letter and for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.queries.digests import Digest, Waiting
from engine.queries.notices import Told
from webapp.cases.meanings import bare
from webapp.formatting import digits, jalali, jalali_due, jalali_long
from webapp.manner import Manner
from webapp.talk.sentences import path_of, sentence
from webapp.texts import N_, texts_in
from webapp.wording import Words

#: overdue, due today, new
_HEADINGS: Final = (N_("Overdue"), N_("Due today"), N_("New since the last letter"))
_IN_SUBJECT: Final = (N_("%(count)s overdue"), N_("%(count)s due today"), N_("%(count)s new"))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, and the path of its page."""

    path: str
    text: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Things under a heading that says how many they are."""

    heading: str
    lines: tuple[Line, ...]
    more: str = ""  #: that there are others, if so


def subject_of(digest: Digest) -> str:
    """Return the subject: the day, and how much of what there is."""
    manner = _manner(digest)
    texts = texts_in(manner.language)
    said = [
        texts.gettext(text) % {"count": digits(section.count, manner)}
        for text, section in zip(_IN_SUBJECT, digest.sections, strict=True)
        if section.count
    ]
    if digest.unread:
        said.append(texts.gettext(N_("%(count)s not read")) % {"count": _unread(digest)})
    listed = texts.gettext(N_(", ")).join(said)
    day = bare(jalali(digest.on, manner))
    return texts.gettext(N_("Your work on %(day)s: %(listed)s")) % {"day": day, "listed": listed}


def day_of(digest: Digest) -> str:
    """Return the day in words."""
    return bare(jalali_long(digest.on, _manner(digest)))


def parts_of(digest: Digest) -> tuple[Part, ...]:
    """Return what there is to tell, part by part."""
    manner = _manner(digest)
    texts = texts_in(manner.language)
    found = []
    for heading, section in zip(_HEADINGS, digest.sections, strict=True):
        if section.count:
            title = _counted(texts.gettext(heading), section.count, manner)
            lines = tuple(_step(each, manner) for each in section.steps)
            found.append(Part(title, lines, _more(section.count - len(lines), manner)))
    if digest.unread:
        title = _counted(texts.gettext(N_("Not read")), digest.unread, manner)
        told = tuple(_told(each, manner) for each in digest.notices)
        found.append(Part(title, told, _more(digest.unread - len(told), manner)))
    return tuple(found)


def _step(step: Waiting, manner: Manner) -> Line:
    texts = texts_in(manner.language)
    name = Words(step.definition, manner.language).element(step.element_id, step.name)
    under = []
    if step.due_at is not None:
        day = bare(jalali_due(step.due_at, manner))
        under.append(texts.gettext(N_("due %(day)s")) % {"day": day})
    if step.for_names is not None:
        name_of_other = step.for_names[manner.language]
        under.append(texts.gettext(N_("in the place of %(name)s")) % {"name": name_of_other})
    about = _about(step.title, step.business_key)
    return Line(f"/tasks/{step.task_id}", f"{name}: {about}" if about else name, " · ".join(under))


def _told(told: Told, manner: Manner) -> Line:
    about = _about(told.title, told.business_key)
    return Line(path_of(told), sentence(told, manner.language), about)


def _about(title: str | None, business_key: str | None) -> str:
    """Name a case by its title, and its number where the title does not say it."""
    if title and business_key and business_key in title:
        return title
    return " · ".join(each for each in (title, business_key) if each)


def _more(count: int, manner: Manner) -> str:
    if count <= 0:
        return ""
    said = texts_in(manner.language).gettext(N_("and %(count)s more in the inbox"))
    return said % {"count": digits(count, manner)}


def _counted(heading: str, count: int, manner: Manner) -> str:
    return f"{heading} ({digits(count, manner)})"


def _unread(digest: Digest) -> str:
    return digits(digest.unread, _manner(digest))


def _manner(digest: Digest) -> Manner:
    return Manner.chosen(digest.language, digest.preferences)
