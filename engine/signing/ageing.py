"""How long what proves a signed PDF still does: until a certificate or an algorithm of it ends.

R-SIG-03: the newest timestamp vouches for all before it; one more is put over it in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pyhanko.sign.general import extract_certificate_info

from engine.signing import errors
from engine.signing.errors import SigningRefused
from engine.signing.pdf import opened, stamp_in
from engine.signing.trust import Trust

if TYPE_CHECKING:
    from asn1crypto import cms, x509

#: until when a key of so many bits is of use (NIST SP 800-57 part 1 rev. 5, table 4: 112 bits of
#: security until 2030); what has more bits than are named has no end yet
_ENDS_2013: Final = datetime(2014, 1, 1, tzinfo=UTC)
_ENDS_2030: Final = datetime(2031, 1, 1, tzinfo=UTC)
_KEYS_END: Final[Mapping[str, tuple[tuple[int, datetime], ...]]] = {
    "rsa": ((2048, _ENDS_2013), (3072, _ENDS_2030)),
    "ec": ((224, _ENDS_2013), (256, _ENDS_2030)),
}
#: …and a hash
_HASHES_END: Final[Mapping[str, datetime]] = {
    "md5": _ENDS_2013,
    "sha1": _ENDS_2013,
    "sha224": _ENDS_2030,
}


def proved_until(content: bytes, trust: Trust) -> datetime | None:
    """Return until when a PDF's timestamps prove its signatures; ``None``: it has none.

    An archive timestamp covers all before it, so that the newest counts; without one, the
    timestamp in a signature that ends first.

    Raises:
        SigningRefused: it is no PDF that can be read.
    """
    reader = opened(content)
    try:
        archive = reader.embedded_timestamp_signatures
        signed = [stamp_in(each.signer_info) for each in reader.embedded_regular_signatures]
        stamps = [archive[-1].signed_data] if archive else signed
        known = list(_authorities(trust))
        return min((_ends(each, known) for each in stamps if each is not None), default=None)
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise SigningRefused(errors.UNREADABLE, str(broken)) from None


def _authorities(trust: Trust) -> Iterable[x509.Certificate]:
    from asn1crypto import x509  # noqa: PLC0415 - loaded with the first that is read

    for bundle in (trust.stamping, trust.national):
        for der in (*bundle.roots, *bundle.between):
            yield x509.Certificate.load(der)


def _ends(stamp: cms.SignedData, known: Iterable[x509.Certificate]) -> datetime:
    """Return when the first of a timestamp's certificates, or an algorithm of it, ends."""
    given = extract_certificate_info(stamp)
    pool = [*given.other_certs, *known]
    ends = [_HASHES_END.get(stamp["signer_infos"][0]["digest_algorithm"]["algorithm"].native)]
    path = [given.signer_cert]
    while path[-1].self_signed == "no":
        above = next((each for each in pool if each.subject == path[-1].issuer), None)
        if above is None or above in path:
            break
        path.append(above)
    for each in path:
        ends += [each.not_valid_after, _key_ends(each)]
    return min(each for each in ends if each is not None)


def _key_ends(certificate: x509.Certificate) -> datetime | None:
    key = certificate.public_key
    ends = _KEYS_END.get(key.algorithm, ())
    return next((end for bits, end in ends if key.bit_size < bits), None)
