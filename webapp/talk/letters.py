"""Letters: of a notice, of the morning, and the one that confirms an address; plain and HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from markupsafe import Markup

from engine.queries import digests, notices
from engine.queries.analytics.report import figures
from engine.storage.database import Session
from webapp.formatting import mixed
from webapp.marks import with_marks
from webapp.monitoring.analytics.letters import paragraphs
from webapp.monitoring.analytics.letters import path_of as path_of_report
from webapp.monitoring.analytics.letters import subject as subject_of_report
from webapp.talk.morning import Line, Part, day_of, parts_of, subject_of
from webapp.talk.sentences import path_of, sentence, short
from webapp.texts import N_, texts_in

_PAGE: Final = Markup(
    '<!doctype html><html lang="{language}" dir="{dir}"><meta charset="utf-8">'
    '<meta name="color-scheme" content="light dark"><title>{title}</title>'
    '<body dir="{dir}" style="font-family:Vazirmatn,Tahoma,sans-serif;line-height:1.8;'
    'text-align:start">{paragraphs}</body></html>'
)
# lines run as the letter does: what `mixed` has isolated tells `dir="auto"` nothing, so that
# an English line would run as the Persian name in it
_PARAGRAPH: Final = Markup("<p>{}</p>")
_LINK: Final = Markup('<p><a href="{}">{}</a></p>')
_HEADING: Final = Markup('<h2 style="font-size:1.1em;margin:1.5em 0 .3em">{}</h2>')
_LIST: Final = Markup('<ul style="margin:0;padding-inline-start:1.4em">{}</ul>')
_ITEM: Final = Markup('<li style="margin:.4em 0">{}{}</li>')
_UNDER: Final = Markup("<br><small>{}</small>")
_OPEN: Final = N_("Open it")
_LINKED: Final = Markup('<a href="{}">{}</a>')


class Writer:
    """Writes letters in the language of whoever gets them.

    Args:
        site: address of the site, for links; empty: letters have none.
    """

    def __init__(self, site: str) -> None:
        self._site = site.rstrip("/")

    def of_notice(self, session: Session, notice_id: UUID) -> Mapping[str, Any] | None:
        """Return what a notice says by mail; ``None``: nobody needs to be told so any more."""
        asked = notices.letter(session, notice_id)
        if asked is None:
            return None
        told, email, language = asked.told, asked.to, asked.language
        said = sentence(told, language)
        about = " · ".join(each for each in (told.title, told.business_key) if each)
        subject = f"{said.rstrip('.')}: {about}" if about else said
        links = [(self._site + path_of(told), texts_in(language).gettext(_OPEN))]
        ends_at = told.facts.get("ends_at")
        if ends_at and self._site:
            ends_at = self._site + ends_at
            links.append((ends_at, texts_in(language).gettext(N_("Be told no more of this"))))
        letter = self._letter(email, subject, [said, about], [], links, language)
        return {**letter, "unsubscribe": ends_at, "one_click": True} if ends_at else letter

    def message_of(self, session: Session, notice_id: UUID) -> tuple[str, str] | None:
        """Return the number and the text that tell of a notice; ``None``: nobody need be told.

        The text names nobody, and the case by its number only: anybody may read a short message.
        """
        asked = notices.message(session, notice_id)
        return (asked.to, short(asked.told, asked.language)) if asked else None

    def of_digest(self, session: Session, told: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return what a morning letter says; ``None``: nothing is left of it, or not wanted."""
        digest = digests.letter(session, told)
        if digest is None:
            return None
        links = [(f"{self._site}/inbox", texts_in(digest.language).gettext(N_("Open the inbox")))]
        subject, parts = subject_of(digest), parts_of(digest)
        language = digest.language
        return self._letter(digest.email, subject, [day_of(digest)], parts, links, language)

    def of_report(
        self, session: Session, report_id: UUID, at: datetime
    ) -> Mapping[str, Any] | None:
        """Return what a report says; ``None``: nobody wants it any more, or may see it."""
        told = figures(session, report_id, at)
        if told is None:
            return None
        language = told.reader.locale
        links = [(self._site + path_of_report(told.report), texts_in(language).gettext(_OPEN))]
        return self._letter(
            told.email, subject_of_report(told), paragraphs(told), [], links, language
        )

    def of_address(self, email: str, path: str, language: str) -> Mapping[str, Any]:
        """Return the letter whose link confirms an address.

        Args:
            path: of the page that confirms it.
        """
        texts = texts_in(language)
        subject = texts.gettext(N_("Divan: confirm this address"))
        said = texts.gettext(
            N_("Somebody gave this address for mail from Divan. Was it you? Then open this page.")
        )
        links = [(self._site + path, texts.gettext(N_("Confirm the address")))]
        return self._letter(email, subject, [said], [], links, language)

    def _letter(
        self,
        email: str,
        subject: str,
        paragraphs: Sequence[str],
        parts: Sequence[Part],
        links: Sequence[tuple[str, str]],
        language: str,
    ) -> Mapping[str, Any]:
        why = texts_in(language).gettext(N_("What you are told by mail is set here:"))
        settings = f"{self._site}/profile#told"
        written = [each for each in paragraphs if each]
        shown = [f"{text}: {url}" for url, text in links] if self._site else []
        listed = [self._plain(each) for each in parts]
        foot = [f"-- \n{why} {settings}"] if self._site else []
        body = "\n\n".join([*map(with_marks, written), *listed, *shown, *foot])
        marked = [_PARAGRAPH.format(mixed(each, language)) for each in written]
        marked += [self._marked(each, language) for each in parts]
        if self._site:
            marked += [_LINK.format(url, text) for url, text in [*links, (settings, why)]]
        html = _PAGE.format(
            language=language,
            dir="rtl" if language == "fa" else "ltr",
            title=subject,
            paragraphs=Markup().join(marked),
        )
        letter = {
            "to": email,
            "subject": with_marks(subject[:200]),
            "body": body,
            "html": str(html),
        }
        return {**letter, "unsubscribe": settings} if self._site else letter

    def _plain(self, part: Part) -> str:
        return "\n".join([part.heading, *self._plain_lines(part)])

    def _plain_lines(self, part: Part) -> Iterator[str]:
        for each in part.lines:
            yield with_marks(f"- {each.text}" + (f" ({each.under})" if each.under else ""))
            if self._site:
                yield f"  {self._site}{each.path}"
        if part.more:
            yield f"- {part.more}"

    def _marked(self, part: Part, language: str) -> Markup:
        items = [self._item(each, language) for each in part.lines]
        if part.more:
            items.append(_ITEM.format(part.more, ""))
        return _HEADING.format(part.heading) + _LIST.format(Markup().join(items))

    def _item(self, line: Line, language: str) -> Markup:
        text = mixed(line.text, language)
        linked = _LINKED.format(self._site + line.path, text) if self._site else text
        under = _UNDER.format(mixed(line.under, language)) if line.under else ""
        return _ITEM.format(linked, under)
