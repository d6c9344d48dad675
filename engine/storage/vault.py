"""The vault: seals secrets with the site's key, so that a copy of the database tells none."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import EngineError


class SecretUnreadable(EngineError):
    """A secret is not there, or was sealed with a key this site does not have."""

    code = "GEN-SECRET"


class Vault:
    """Seals with the first of its keys and opens with any: that is how a key is changed."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        """Take the site's keys, newest first; each is random and of 32 bytes or more."""
        self._keys = MultiFernet([Fernet(_derived(each)) for each in keys])

    def seal(self, text: str) -> str:
        """Return ``text`` sealed."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, name: str, sealed: str) -> str:
        """Return the text of the secret ``name``.

        Raises:
            SecretUnreadable: it was sealed with another key.
        """
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken:
            raise SecretUnreadable(f"secret {name!r} was sealed with another key") from None

    def reseal(self, name: str, sealed: str) -> str:
        """Return the same secret sealed with the newest key.

        Raises:
            SecretUnreadable: none of the keys opens it.
        """
        return self.seal(self.open(name, sealed))

    def __repr__(self) -> str:
        return "Vault()"


def _derived(key: bytes) -> bytes:
    """Return a key for this use only: the site's own also signs cookies."""
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"divan connection secrets")
    return base64.urlsafe_b64encode(derive.derive(key))
