"""Which authorities are trusted here, and for what level.

What reads certificates is loaded when the first is read: most that starts never does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from engine.signing.errors import UNREADABLE, SigningRefused
from engine.signing.levels import Level

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

#: how far clocks may differ
TOLERANCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Certificates and lists of revoked ones, as one PEM file holds them."""

    roots: tuple[bytes, ...] = ()
    between: tuple[bytes, ...] = ()  #: certificates of authorities under the roots
    lists: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read a PEM file.

        Raises:
            SigningRefused: it holds neither certificates nor lists.
        """
        from asn1crypto import crl, pem, x509  # noqa: PLC0415 - as above

        roots: list[bytes] = []
        between: list[bytes] = []
        lists: list[bytes] = []
        try:
            for kind, _headers, der in pem.unarmor(content, multiple=True):
                if kind == "X509 CRL":
                    lists.append(crl.CertificateList.load(der, strict=True).dump())
                elif kind == "CERTIFICATE":
                    found = x509.Certificate.load(der, strict=True)
                    (roots if found.self_signed != "no" else between).append(found.dump())
        except ValueError as broken:
            raise SigningRefused(UNREADABLE, str(broken)) from None
        return cls(tuple(roots), tuple(between), tuple(lists))

    def ended(self, at: datetime) -> list[str]:
        """Return the names of whoever's certificate, or newest list, counts no more."""
        from asn1crypto import crl, x509  # noqa: PLC0415 - as above

        known = [x509.Certificate.load(der) for der in (*self.roots, *self.between)]
        ended = {
            each.subject.human_friendly
            for each in known
            if each.not_valid_after is not None and each.not_valid_after <= at
        }
        until: dict[str, datetime] = {}
        for der in self.lists:
            told = crl.CertificateList.load(der)["tbs_cert_list"]
            issuer, ends = told["issuer"].human_friendly, told["next_update"].native
            if ends is not None:
                until[issuer] = max(ends, until.get(issuer, ends))
        return sorted(ended | {issuer for issuer, ends in until.items() if ends <= at})


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom signatures here may come from."""

    own: Bundle = Bundle()  #: the site's authority, with its list: L2
    national: Bundle = Bundle()  #: what the site trusts as the national root: L3
    stamping: Bundle = Bundle()  #: those of timestamps, beside the national

    def of_signers(self, at: datetime, *, behind: bool = False) -> ValidationContext:
        """Return what certificates of signers are held to at a moment.

        Args:
            behind: a trusted timestamp proves the moment, so that newer lists tell of it too.
        """
        return self._context((self.own, self.national), at, behind=behind, revocation="require")

    def of_stamps(self, at: datetime) -> ValidationContext:
        """Return what certificates of timestamps are held to."""
        return self._context((self.stamping, self.national), at, behind=True)

    def for_embedding(self, at: datetime) -> ValidationContext:
        """Return what is put into a PDF, so that it is verified when we are gone (B-LT)."""
        return self._context((self.own, self.national, self.stamping), at, behind=True)

    def level_of(self, root: x509.Certificate) -> Level:
        """Return what a signature is worth whose path ends at a root."""
        return Level.SECURE if root.dump() in self.national.roots else Level.INTERNAL

    def _context(
        self,
        bundles: Iterable[Bundle],
        at: datetime,
        *,
        behind: bool,
        revocation: str = "soft-fail",
    ) -> ValidationContext:
        from asn1crypto import crl, x509  # noqa: PLC0415 - as above
        from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - as above

        some = tuple(bundles)
        return ValidationContext(
            trust_roots=[x509.Certificate.load(der) for each in some for der in each.roots],
            other_certs=[x509.Certificate.load(der) for each in some for der in each.between],
            crls=[crl.CertificateList.load(der) for each in some for der in each.lists],
            moment=at,
            best_signature_time=at,
            allow_fetching=False,
            revocation_mode=revocation,
            retroactive_revinfo=behind,
            time_tolerance=TOLERANCE,
        )
