"""The name of a file as it may be shown, stored as text and offered for saving."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MOST_BYTES: Final = 200  #: of UTF-8; file systems hold 255, and others add to a name
_NAMELESS: Final = "file"
_ZWNJ: Final = "\u200c"  #: joins nothing, but Persian is spelt with it
#: what Windows keeps for devices, with any extension (Win32: Naming Files)
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_STRUCTURAL: Final = re.compile(r'[<>:"|?*]')
#: controls, bidi marks and other invisible letters, halves of pairs, private use, line breaks
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


#: what no name typed by a person holds: folders, controls, line breaks, halves of pairs, and the
#: marks that turn the letters after them around (UAX #9: embeddings, overrides, isolates)
_TRICKS: Final = re.compile(
    r"[/\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|^\.\.|^\.$"
)


def is_tricky(given: str) -> bool:
    r"""Tell whether a name would lead into folders, or is not what it looks like.

    >>> [is_tricky(each) for each in ("../a.pdf", "a\u202efdp.exe", "صورت‌وضعیت ۳.pdf")]
    [True, True, False]
    """
    return _TRICKS.search(given) is not None


def clean_name(given: str) -> str:
    """Return a name that is what it looks like: no folders, nothing invisible, not too long.

    >>> clean_name("../../etc/passwd")
    'passwd'
    >>> clean_name("invoice\u202egpj.exe")
    'invoicegpj.exe'
    >>> clean_name("CON.pdf")
    '_CON.pdf'
    """
    text = unicodedata.normalize("NFC", given)
    text = "".join(each for each in text if each == _ZWNJ or _is_seen(each))
    text = re.split(r"[/\\]", text)[-1]
    text = _STRUCTURAL.sub("_", text)
    text = " ".join(text.split()).strip(f". {_ZWNJ}")
    if _RESERVED.match(text):
        text = f"_{text}"
    return _shortened(text) or _NAMELESS


def extension_of(name: str) -> str:
    """Return what stands behind the last dot, in small letters.

    >>> extension_of("plan.PDF")
    'pdf'
    """
    return name.rpartition(".")[2].lower() if "." in name else ""


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in _UNSEEN


def _shortened(name: str) -> str:
    """Cut a long name before its extension, at a whole letter."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        stem, ending = name, ""
    else:
        ending = f".{extension}"
    room = MOST_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + ending
