"""The mail connector: one letter to the people of a case, over SMTP."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final

from engine.connectors.connector import CallRefused, NoOutcome, NotSent, Request, Response
from engine.model.effect import Guarantee
from engine.settings.groups import MailSettings

TIMEOUT: Final = 10.0  #: seconds for each answer of the server
MOST_RECIPIENTS: Final = 50
LONGEST_SUBJECT: Final = 500  #: characters
LARGEST_BODY: Final = 1024 * 1024  #: characters
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")


@dataclass(frozen=True, slots=True)
class MailConnector:
    """Sends through the site's mail server.

    A letter whose answer was lost is sent again under the same ``Message-ID``: a second
    copy, which most mailboxes drop, does less harm than a letter that never came.
    """

    settings: MailSettings = field(repr=False)
    name: str = "mail"
    kind: str = "mail"
    timeout: float = TIMEOUT

    def guarantee(self, _: Request) -> Guarantee:
        """One Message-ID, one letter."""
        return Guarantee.IDEMPOTENT

    def ask(self, _: Request) -> Response | None:
        """Nobody can be asked what came of a letter."""
        raise NoOutcome("a mail server cannot be asked")

    def call(self, request: Request) -> Response:
        """Hand one letter to the mail server, for all its recipients or for none."""
        if not self.settings.host:
            raise NotSent("no mail server is set: DIVAN_SMTP_HOST")
        letter = letter_of(request, self.settings.sender)
        recipients = [*_addresses(request.inputs, "to"), *_addresses(request.inputs, "cc")]
        server = self._connected()
        try:
            self._name(server, recipients)
            self._hand_over(server, letter)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        return {"message_id": str(letter["Message-ID"]), "recipients": len(recipients)}

    def _connected(self) -> smtplib.SMTP:
        try:
            server = self._opened()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"no mail server answers: {type(error).__name__}") from error
        try:
            self._introduce(server)
        except smtplib.SMTPAuthenticationError as error:  # its text may repeat what was sent
            server.close()
            told = f"the mail server refuses {self.settings.user}: {error.smtp_code}"
            raise NotSent(told) from None
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            raise NotSent(f"the mail server does not take us: {type(error).__name__}") from error
        return server

    def _opened(self) -> smtplib.SMTP:
        mail = self.settings
        if mail.tls != "tls":
            return smtplib.SMTP(mail.host, mail.port, timeout=self.timeout)
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=self.timeout, context=context)

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.settings.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.settings.user:
            server.login(self.settings.user, self.settings.password)
        server.ehlo_or_helo_if_needed()

    def _name(self, server: smtplib.SMTP, recipients: list[str]) -> None:
        """Say from whom and to whom; one who is refused stops the letter for all."""
        try:
            _must_accept("sender", server.mail(self.settings.sender))
            for each in recipients:
                _must_accept(each, server.rcpt(each))
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"the mail server hung up: {type(error).__name__}") from error

    def _hand_over(self, server: smtplib.SMTP, letter: EmailMessage) -> None:
        try:
            _must_accept("letter", server.data(letter.as_bytes()))
        except smtplib.SMTPDataError as error:
            _must_accept("letter", (error.smtp_code, b""))
        except (OSError, smtplib.SMTPException) as error:
            raise NoOutcome(f"the letter left, no answer came: {type(error).__name__}") from error


def letter_of(request: Request, sender: str) -> EmailMessage:
    """Return the letter of a request, the same at every attempt.

    Raises:
        CallRefused: an address is none, or a header would hold more than one line.
    """
    inputs = request.inputs
    subject, body = _subject(inputs), inputs.get("body")
    if not isinstance(body, str) or len(body) > LARGEST_BODY:
        raise CallRefused("MAIL-BODY", f"a letter's body is text of at most {LARGEST_BODY}")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    for header in ("to", "cc"):
        people = _addresses(inputs, header)
        if people:
            letter[header.capitalize()] = [Address(addr_spec=each) for each in people]
    if letter["To"] is None:
        raise CallRefused("MAIL-ADDRESS", "a letter needs somebody to go to")
    letter["Subject"] = subject
    letter["Date"] = format_datetime(request.at)
    letter["Message-ID"] = f"<{request.key}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"  # nobody's holiday notice answers it (RFC 3834)
    letter.set_content(body, charset="utf-8", cte="base64")  # also old servers pass it on
    if isinstance(html := inputs.get("html"), str) and len(html) <= LARGEST_BODY:
        letter.add_alternative(html, subtype="html", charset="utf-8", cte="base64")
    if isinstance(leads := inputs.get("unsubscribe"), str) and leads.isprintable():
        letter["List-Unsubscribe"] = f"<{leads}>"  # RFC 2369
        if inputs.get("one_click") is True:
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    return letter


def is_address(text: str) -> bool:
    """Tell whether a letter can be sent to this."""
    return _ADDRESS.fullmatch(text) is not None


def _subject(inputs: Mapping[str, Any]) -> str:
    subject = inputs.get("subject")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > LONGEST_SUBJECT:
        raise CallRefused("MAIL-SUBJECT", f"a subject is text of at most {LONGEST_SUBJECT}")
    if len(subject.splitlines()) != 1 or any(ord(each) < 32 for each in subject):
        raise CallRefused("MAIL-SUBJECT", "a subject is one line")
    return subject


def _addresses(inputs: Mapping[str, Any], header: str) -> list[str]:
    given = inputs.get(header)
    found = [given] if isinstance(given, str) else list(given or ())
    for each in found:
        if not isinstance(each, str) or not _ADDRESS.fullmatch(each):
            raise CallRefused("MAIL-ADDRESS", f"{header} holds what is no mail address")
    if len(found) > MOST_RECIPIENTS:
        raise CallRefused("MAIL-ADDRESS", f"{header} holds more than {MOST_RECIPIENTS} addresses")
    return found


def _must_accept(what: str, answer: tuple[int, bytes]) -> None:
    code = answer[0]
    if code >= 500:
        raise CallRefused(f"MAIL-{code}", f"the mail server refuses the {what}: {code}")
    if not 200 <= code < 300:
        raise NotSent(f"the mail server does not take the {what} now: {code}")
