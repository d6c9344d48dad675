"""What this site gives its connectors: the vault's key, the mail server, the resolver.

Set once, when the parts of a process are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.connectors.addresses import Resolve, resolve
from engine.connectors.connector import Connector
from engine.connectors.http import HttpConnector
from engine.connectors.line import TIMEOUT
from engine.connectors.mail import MailConnector
from engine.connectors.webhook import Webhook
from engine.model.connection import HttpSettings, WebhookSettings
from engine.settings.groups import MailSettings, SmsSettings
from engine.storage.connections import ConnectionMissing, opened_secrets, settings_of
from engine.storage.database import Session
from engine.storage.vault import SecretUnreadable, Vault


@dataclass(slots=True)
class Site:
    """The parts; without a vault no secret can be opened."""

    vault: Vault | None = None
    mail: MailSettings = field(default_factory=MailSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)
    resolve: Resolve = resolve
    timeout: float = TIMEOUT
    #: what a notice says by mail; ``None``: nobody needs to be told so any more
    write: Callable[[Session, UUID], Mapping[str, Any] | None] = lambda *_: None
    #: …by short message: the number and the text
    write_message: Callable[[Session, UUID], tuple[str, str] | None] = lambda *_: None
    #: …and what a morning letter says, of what its job keeps
    write_digest: Callable[[Session, Mapping[str, Any]], Mapping[str, Any] | None] = lambda *_: None

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
