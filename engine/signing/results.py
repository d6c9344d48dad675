"""What verifying a signature says: passed, failed, or not to be told, and why."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.signing.levels import Level

#: signatures in one file that are looked at: each walks through the whole of it
MOST: Final = 60


class Result(enum.Enum):
    """The main indication, as ETSI EN 319 102-1 names it (R-SIG-04)."""

    PASSED = "TOTAL-PASSED"
    FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, as the certificate says."""

    name: str
    national_code: str  #: the subject's serial number; empty where there is none
    issuer: str
    serial: str  #: of the certificate, hexadecimal digits
    certificate: bytes  #: DER


@dataclass(frozen=True, slots=True)
class Verification:
    """What is known of one signature."""

    result: Result
    code: str | None = None  #: why it has not passed
    signer: Signer | None = None
    level: Level | None = None  #: what it is worth, where a path to an authority was found
    algorithm: str = ""
    digest: str = ""  #: SHA-256 of what is signed, hexadecimal digits; of a PDF, of its range
    signed_at: datetime | None = None  #: as the signer claims
    stamped_at: datetime | None = None  #: as a trusted timestamp says
    by_archive: bool = False  #: that stands over the document, not in the signature
    form: str = ""  #: ``B-B``, ``B-T``, ``B-LT`` or ``B-LTA``
    field: str = ""  #: of a PDF

    @property
    def has_passed(self) -> bool:
        """Tell whether a case may go on with it."""
        return self.result is Result.PASSED
