"""Settings of signing: whose certificates count, and where trusted time comes from."""

from __future__ import annotations

from dataclasses import dataclass

from engine.settings.kinds import anything, url, whole
from engine.settings.setting import setting


@dataclass(frozen=True, slots=True)
class SigningSettings:
    """How people sign, and whose signatures count."""

    national: str = setting(
        anything,
        "",
        "PEM file of the national root, the authorities under it and their lists of revoked"
        " certificates, fetched anew by the site; none: nobody signs at level L3",
        name="SIGNING_ROOTS",
    )
    stamps: str = setting(
        url("http", "https", or_empty=True),
        "",
        "timestamp authority (RFC 3161); none: signatures hold the time of this server",
        name="TIMESTAMP_URL",
    )
    stamping: str = setting(
        anything,
        "",
        "PEM file of the authorities of its timestamps, beside those of `DIVAN_SIGNING_ROOTS`",
        name="TIMESTAMP_ROOTS",
    )
    full: str = setting(
        anything,
        "",
        "ids of the processes, apart by commas, whose steps are signed at their full level"
        " (`sign_full`); `*`: all; none: at the level of `sign`",
        name="SIGNING_FULL",
    )
    renewal: int = setting(
        whole(1, 365),
        "30",
        "days ahead of its end that a certificate's holder is told of it, and that the site's"
        " authority and archive timestamps are renewed",
        name="SIGNING_RENEWAL",
    )
    module: str = setting(
        anything,
        "",
        "PKCS#11 library of tokens in this server; none: nobody signs with one",
        name="PKCS11_MODULE",
    )
