"""Letters: what a notice says by mail, and the one that confirms an address; plain and HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from markupsafe import Markup

from engine.queries import notices
from engine.storage.database import Session
from webapp.talk.sentences import path_of, sentence
from webapp.texts import N_, texts_in

_PAGE: Final = Markup(
    '<!doctype html><html lang="{language}" dir="{dir}"><meta charset="utf-8">'
    "<title>{title}</title>"
    '<body dir="{dir}" style="font-family:Vazirmatn,Tahoma,sans-serif;line-height:1.8;'
    'text-align:start">{paragraphs}</body></html>'
)
_PARAGRAPH: Final = Markup('<p dir="auto">{}</p>')
_LINK: Final = Markup('<p><a href="{}">{}</a></p>')


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
        told, email, language = asked.told, asked.email, asked.language
        said = sentence(told, language)
        about = " · ".join(each for each in (told.title, told.business_key) if each)
        subject = f"{said.rstrip('.')}: {about}" if about else said
        links = [(self._site + path_of(told), texts_in(language).gettext(N_("Open it")))]
        return self._letter(email, subject, [said, about], links, language)

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
        return self._letter(email, subject, [said], links, language)

    def _letter(
        self,
        email: str,
        subject: str,
        paragraphs: list[str],
        links: list[tuple[str, str]],
        language: str,
    ) -> Mapping[str, Any]:
        why = texts_in(language).gettext(N_("What you are told by mail is set here:"))
        settings = f"{self._site}/profile#told"
        written = [each for each in paragraphs if each]
        shown = [f"{text}: {url}" for url, text in links] if self._site else []
        body = "\n\n".join([*written, *shown, f"-- \n{why} {settings}" if self._site else why])
        parts = [_PARAGRAPH.format(each) for each in written]
        if self._site:
            parts += [_LINK.format(url, text) for url, text in [*links, (settings, why)]]
        html = _PAGE.format(
            language=language,
            dir="rtl" if language == "fa" else "ltr",
            title=subject,
            paragraphs=Markup().join(parts),
        )
        letter = {"to": email, "subject": subject[:200], "body": body, "html": str(html)}
        return {**letter, "unsubscribe": settings} if self._site else letter
