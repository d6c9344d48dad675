"""Settings of documents: what files a site takes, how large, and what looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from engine.settings.kinds import seconds, url, whole, words
from engine.settings.setting import setting


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """What people may hand in; sizes are of 1024 × 1024 bytes."""

    size: int = setting(whole(1, 1_000_000), "25", "largest document, in MiB", name="DOCUMENT_SIZE")
    case_size: int = setting(
        whole(1, 10_000_000),
        "100",
        "most that the file of one case holds, all versions together, in MiB",
        name="DOCUMENT_CASE_SIZE",
    )
    most: int = setting(
        whole(1, 100_000),
        "500",
        "most documents and versions in the file of one case",
        name="DOCUMENT_COUNT",
    )
    scan_dpi: int = setting(
        whole(0, 2_400),
        "300",
        "fewest dots to an inch of each page of a scan whose paper is taken in",
        name="SCAN_DPI",
    )
    kinds: tuple[str, ...] = setting(
        words(
            "pdf", "png", "jpeg", "gif", "webp", "tiff", "docx", "xlsx", "pptx", "odt", "ods",
            "odp", "zip", "dwg", "txt", "csv",
        ),
        "pdf png jpeg webp tiff docx xlsx pptx odt ods odp dwg txt csv",
        "kinds of documents that are taken, told by their content; documents with macros, programs"
        " and pages of the web never are",
        name="DOCUMENT_KINDS",
    )  # fmt: skip
    scanner: str = setting(
        url("tcp", "unix", or_empty=True),
        "",
        "ClamAV daemon that looks at each document, `tcp://host:3310` or `unix:///path`; while it"
        " does not answer nothing is taken. None: nobody looks",
        name="CLAMD",
    )
    scanner_patience: timedelta = setting(
        seconds(1, 600), "60", "how long it may take for one document", name="CLAMD_TIMEOUT"
    )
    scanner_again: timedelta = setting(
        seconds(10, 86_400),
        "300",
        "how long until what it could not look at is tried again by itself; where it cannot tell of"
        " a file each wait is twice as long as the one before",
        name="CLAMD_AGAIN",
    )

    @property
    def bytes(self) -> int:
        """The largest document."""
        return self.size * 2**20

    @property
    def case_bytes(self) -> int:
        """The most that the file of one case holds."""
        return self.case_size * 2**20
