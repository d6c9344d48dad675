"""The kinds of documents there are, told apart by how their content begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document a site may allow."""

    name: str  #: as settings say it
    media_type: str
    extensions: tuple[str, ...]
    starts: tuple[bytes, ...] = ()  #: its content begins with one of these
    is_image: bool = False  #: browsers show it by themselves

    @property
    def is_shown(self) -> bool:
        """Tell whether a page can show it."""
        return self.is_image or self.name == "pdf"


_ZIP: Final = (b"PK\x03\x04",)
_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."

#: every kind that can be allowed, by name
KINDS: Final = {
    each.name: each
    for each in (
        Kind("pdf", "application/pdf", ("pdf",), (b"%PDF-",)),
        Kind("png", "image/png", ("png",), (b"\x89PNG\r\n\x1a\n",), is_image=True),
        Kind("jpeg", "image/jpeg", ("jpg", "jpeg"), (b"\xff\xd8\xff",), is_image=True),
        Kind("gif", "image/gif", ("gif",), (b"GIF87a", b"GIF89a"), is_image=True),
        Kind("webp", "image/webp", ("webp",), (b"RIFF",), is_image=True),
        Kind("tiff", "image/tiff", ("tif", "tiff"), (b"II*\0", b"MM\0*")),
        Kind("docx", f"{_OPEN_XML}wordprocessingml.document", ("docx",), _ZIP),
        Kind("xlsx", f"{_OPEN_XML}spreadsheetml.sheet", ("xlsx",), _ZIP),
        Kind("pptx", f"{_OPEN_XML}presentationml.presentation", ("pptx",), _ZIP),
        Kind("odt", f"{_OPEN_DOCUMENT}text", ("odt",), _ZIP),
        Kind("ods", f"{_OPEN_DOCUMENT}spreadsheet", ("ods",), _ZIP),
        Kind("odp", f"{_OPEN_DOCUMENT}presentation", ("odp",), _ZIP),
        Kind("zip", "application/zip", ("zip",), _ZIP),
        Kind("dwg", "image/vnd.dwg", ("dwg",), (b"AC10",)),
        Kind("txt", "text/plain", ("txt",)),
        Kind("csv", "text/csv", ("csv",)),
    )
}

#: what is never a document: programs and what is run by one, by its first bytes
PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"\x4c\0\0\0\x01\x14\x02\0",  # a Windows shortcut
    b"dex\n",
    b"\0asm",
)
#: the container of office documents before 2007, which hides macros well
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_named(name: str) -> Kind:
    """Return a kind by the name a document was stored with."""
    return KINDS[name]
