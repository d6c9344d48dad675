"""Why something is not signed, or a signature not taken: a code each (`domain.md` §5.4)."""

from __future__ import annotations

from typing import Final

from engine.errors import RuleBroken

CHANGED: Final = "SIG-001"  #: what was signed is not what is here
EXPIRED: Final = "SIG-002"  #: the certificate was not valid then
NOT_THE_SIGNER: Final = "SIG-003"  #: it is somebody else's certificate
LEVEL_TOO_LOW: Final = "SIG-004"
CHAIN_BROKEN: Final = "SIG-005"  #: a signature before it is not the one it was made after
UNSIGNED: Final = "SIG-006"  #: something that has to be signed is not
NO_TIMESTAMP: Final = "SIG-007"
SUPERSEDED: Final = "SIG-008"  #: there is a newer state of what was signed
WRONG_USE: Final = "SIG-009"  #: the certificate is not for signing
REVOKED: Final = "SIG-010"
UNTRUSTED: Final = "SIG-011"  #: no path from the certificate to an authority that is trusted here
UNKNOWN_IF_REVOKED: Final = "SIG-012"
UNREADABLE: Final = "SIG-013"  #: no signature, no key store, or a broken one
KEY_CLOSED: Final = "SIG-014"  #: the password or PIN does not open the key
NO_CERTIFICATE: Final = "SIG-015"
CLOCK: Final = "SIG-016"  #: the server's clock is off the timestamp by more than two seconds
NOT_SIGNABLE: Final = "SIG-018"  #: the document is no PDF that can be signed
ALREADY: Final = "SIG-019"  #: the same person has signed this state of it
NOT_PRINTED: Final = "SIG-020"  #: a paper that is signed with the answer is not there yet
NO_CODE: Final = "SIG-021"  #: the person has no national code to be named by


class SigningRefused(RuleBroken):
    """Nothing was signed, or a signature was not taken; ``code`` says why."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code} {why}".strip())
        self.code = code
        self.why = why
