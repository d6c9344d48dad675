"""Passwords of the site's directory (LDAP v3, RFC 4513): who can bind with it is who it says."""

from __future__ import annotations

import ssl
from typing import Final

import structlog

from engine.settings import SignInSettings

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
        return name is not None and _binds(door, name, password)
    except LDAPException as error:
        log.warning("directory away", error=type(error).__name__)
        return False


def _name_of(door: SignInSettings, username: str) -> str | None:
    """Return the distinguished name of a person: made of the user name, or looked for."""
    from ldap3.utils.conv import escape_filter_chars  # noqa: PLC0415
    from ldap3.utils.dn import escape_rdn  # noqa: PLC0415

    if door.ldap_dn:
        return door.ldap_dn.replace("{}", escape_rdn(username))
    with _connection(door, door.ldap_reader or None, door.ldap_password or None) as connection:
        asked = door.ldap_filter.replace("{}", escape_filter_chars(username))
        connection.search(door.ldap_base, asked, size_limit=2, attributes=[])
        found = [each["dn"] for each in connection.response if each["type"] == "searchResEntry"]
    return found[0] if len(found) == 1 else None


def _binds(door: SignInSettings, name: str, password: str) -> bool:
    from ldap3.core.exceptions import LDAPInvalidCredentialsResult  # noqa: PLC0415

    try:
        with _connection(door, name, password) as connection:
            return bool(connection.bound)
    except LDAPInvalidCredentialsResult:
        return False


def _connection(door: SignInSettings, name: str | None, password: str | None):  # type: ignore[no-untyped-def]
    import ldap3  # noqa: PLC0415

    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED)
    server = ldap3.Server(door.ldap_url, tls=tls, connect_timeout=PATIENCE, get_info=ldap3.NONE)
    encrypts = door.ldap_url.startswith("ldap://") and door.ldap_starttls
    return ldap3.Connection(
        server,
        name,
        password,
        auto_bind=ldap3.AUTO_BIND_TLS_BEFORE_BIND if encrypts else ldap3.AUTO_BIND_NO_TLS,
        read_only=True,
        receive_timeout=PATIENCE,
        raise_exceptions=True,
    )
