"""What this site gives its connectors: the vault's key, the mail server, the resolver.

Set once, when the parts of a process are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from engine.commands.deployment_checks import Checks
from engine.connectors.addresses import Resolve, resolve
from engine.connectors.anchoring import Outside
from engine.connectors.connector import Connector
from engine.connectors.http import HttpConnector
from engine.connectors.line import TIMEOUT
from engine.connectors.mail import MailConnector
from engine.connectors.webhook import Webhook
from engine.model.connection import HttpSettings, WebhookSettings
from engine.settings.documents import DocumentSettings
from engine.settings.groups import MailSettings, OutboundSettings, SmsSettings
from engine.settings.signing import SigningSettings
from engine.signing.trust import Trust
from engine.storage.connections import ConnectionMissing, opened_secrets, settings_of
from engine.storage.database import Session
from engine.storage.document_store import DocumentStore
from engine.storage.vault import SecretUnreadable, Vault


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as it came from the press."""

    body: bytes  #: the PDF
    template: str  #: SHA-256 of all it was printed from but the page


class Press(Protocol):
    """What prints papers."""

    def print(
        self, templates: Mapping[str, bytes], name: str, page: Mapping[str, Any], code: str
    ) -> Printed:
        """Print one paper.

        Args:
            templates: those of the area, by name in its folder.
            name: of the template; one of the release's own when the area has none so called.
            code: by which the paper is verified.

        Raises:
            PaperFailed: it cannot be printed so.
        """

    def role_name(self, role: str, language: str) -> str:
        """Return what people call a role."""


@dataclass(slots=True)
class Site:
    """The parts; without a vault no secret can be opened."""

    vault: Vault | None = None
    mail: MailSettings = field(default_factory=MailSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)
    outbound: OutboundSettings = field(default_factory=OutboundSettings)
    resolve: Resolve = resolve
    timeout: float = TIMEOUT
    #: what a notice says by mail; ``None``: nobody needs to be told so any more
    write: Callable[[Session, UUID], Mapping[str, Any] | None] = lambda *_: None
    #: …by short message: the number and the text
    write_message: Callable[[Session, UUID], tuple[str, str] | None] = lambda *_: None
    #: …and what a morning letter says, of what its job keeps
    write_digest: Callable[[Session, Mapping[str, Any]], Mapping[str, Any] | None] = lambda *_: None
    #: …and a report, as things stand at a moment
    write_report: Callable[[Session, UUID, datetime], Mapping[str, Any] | None] = lambda *_: None

    signing: SigningSettings = field(default_factory=SigningSettings)
    #: whom signatures may come from, of those the settings name
    trusts: Callable[[], Trust] = Trust
    anchors: Outside = field(default_factory=Outside)  #: of the journal, beside the file
    press: Press | None = None  #: prints papers
    documents: DocumentStore | None = None  #: where they lie
    taking: DocumentSettings = field(default_factory=DocumentSettings)  #: what files it takes

    #: all that stands against deploying a bundle, and what is worth a look
    check_deployment: Checks = lambda *_: ()

    def sends_messages(self, session: Session) -> bool:
        """Tell whether short messages can go: a connection is named for them, and there is it."""
        if not self.sms.connection:
            return False
        try:
            return isinstance(settings_of(session, self.sms.connection), HttpSettings)
        except ConnectionMissing:
            return False

    def connector(self, session: Session, kind: str, name: str) -> Connector:
        """Return the connector a task names.

        Raises:
            ConnectionMissing: no administrator has set it up.
            SecretUnreadable: a secret it needs is missing or sealed with another key.
        """
        if kind == "mail":
            return MailConnector(self.mail, timeout=self.timeout)
        settings = settings_of(session, name)
        if not isinstance(settings, HttpSettings):
            raise ConnectionMissing(f"connection {name!r} is not of kind {kind}")
        secrets = self._secrets(session, settings.secrets)
        return HttpConnector(name, settings, secrets, self.resolve, self.timeout)

    def webhook(self, session: Session, name: str) -> Webhook:
        """Return the receiver a process names.

        Raises:
            ConnectionMissing, SecretUnreadable: as above.
        """
        settings = settings_of(session, name)
        if not isinstance(settings, WebhookSettings):
            raise ConnectionMissing(f"connection {name!r} is no webhook")
        [key] = self._secrets(session, settings.secrets).values()
        return Webhook(name, settings, key, self.resolve, self.timeout)

    def _secrets(self, session: Session, names: frozenset[str]) -> dict[str, str]:
        if names and self.vault is None:
            raise SecretUnreadable("this process was given no key to open secrets with")
        return opened_secrets(session, names, self.vault) if self.vault else {}


SITE = Site()
