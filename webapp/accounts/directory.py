"""Passwords of the site's directory (LDAP v3, RFC 4513): who can bind with it is who it says."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import structlog

from engine.settings import SignInSettings

if TYPE_CHECKING:
    from ldap3 import Connection

log = structlog.get_logger()

PATIENCE: Final = 5  #: seconds the directory has to answer


def is_password(door: SignInSettings, username: str, password: str) -> bool:
    """Tell whether the directory knows this name with this password.

    An empty password is refused before it is asked: a directory takes it for nobody's, and
    lets nobody in (RFC 4513 §5.1.2). A directory that does not answer lets nobody in either.
    """
    # a twentieth of a start, and most sites have no directory
    from ldap3.core.exceptions import LDAPException  # noqa: PLC0415

    if not password:
        return False
    try:
        name = _name_of(door, username)
        with _bound(door, name or _nobody(door), password) as connection:
            return name is not None and connection is not None
    except LDAPException as error:
        log.warning("directory away", error=type(error).__name__)
        return False


def ask_for_nobody(door: SignInSettings) -> None:
    """Do what a wrong password costs, so that nobody learns by the time which names are known.

    The name and the password are made up: nobody's failures are counted in the directory.
    """
    is_password(door, secrets.token_hex(8), secrets.token_hex(16))


def _nobody(door: SignInSettings) -> str:
    """Return the distinguished name of nobody, where a name was not found."""
    return f"cn={secrets.token_hex(8)},{door.ldap_base}"


def _name_of(door: SignInSettings, username: str) -> str | None:
    """Return the distinguished name of a person: made of the user name, or looked for."""
    from ldap3.utils.conv import escape_filter_chars  # noqa: PLC0415
    from ldap3.utils.dn import escape_rdn  # noqa: PLC0415

    if door.ldap_dn:
        return door.ldap_dn.replace("{}", escape_rdn(username))
    asked = door.ldap_filter.replace("{}", escape_filter_chars(username))
    with _bound(door, door.ldap_reader or None, door.ldap_password or None) as connection:
        if connection is None:
            log.warning("directory refused its reader")
            return None
        connection.search(door.ldap_base, asked, size_limit=2)
        found = [
            each["dn"] for each in connection.response or () if each["type"] == "searchResEntry"
        ]
    return found[0] if len(found) == 1 else None


@contextmanager
def _bound(
    door: SignInSettings, name: str | None, password: str | None
) -> Iterator[Connection | None]:
    """Give a connection that is bound as somebody; ``None``: the directory refused.

    Raises:
        LDAPException: it did not answer, or its line cannot be encrypted as it has to be.
    """
    import ldap3  # noqa: PLC0415
    from ldap3.core.exceptions import LDAPStartTLSError  # noqa: PLC0415

    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED)
    server = ldap3.Server(door.ldap_url, tls=tls, connect_timeout=PATIENCE, get_info=ldap3.NONE)
    line = ldap3.Connection(
        server, name, password, read_only=True, receive_timeout=PATIENCE, auto_referrals=False
    )
    try:
        line.open()
        encrypts = door.ldap_url.startswith("ldap://") and door.ldap_starttls
        if encrypts and not line.start_tls():
            raise LDAPStartTLSError("the directory does not encrypt")
        yield line if line.bind() else None
    finally:
        opened = line.socket
        line.unbind()
        if opened is not None:  # ldap3 leaves one open that it could not connect
            opened.close()
