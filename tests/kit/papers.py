"""Small files of every kind a test hands in, whole and harmless unless the name says otherwise."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

#: what every scanner calls a virus, written so that no scanner takes this file for one (eicar.org)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_FONT = b" /Resources << /Font << /F1 5 0 R >> >>"
TYPES = "application/vnd.openxmlformats-officedocument."


def pdf(text: str = "Divan", *, extra: bytes = b"") -> bytes:
    """Return a PDF of one page with a line of Latin text."""
    shown = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>" + extra,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R" + _FONT + b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _written(objects)


def scanned(*dots: tuple[int, int]) -> bytes:
    """Return a PDF whose pages of one inch by one inch are each a grey picture of so many dots."""
    kids = b" ".join(b"%d 0 R" % (3 + 4 * each) for each in range(len(dots)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 72 72] >>" % (kids, len(dots)),
    ]
    for width, height in dots:
        place = len(objects) + 1
        grey = zlib.compress(b"\x80" * width * height)
        objects.append(b"<< /Type /Page /Parent 2 0 R /Resources %d 0 R >>" % (place + 1))
        objects.append(b"<< /XObject %d 0 R >>" % (place + 2))
        objects.append(b"<< /I %d 0 R >>" % (place + 3))
        objects.append(
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8"
            b" /ColorSpace /DeviceGray /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
            % (width, height, len(grey), grey)
        )
    return _written(objects)


def _written(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    begin = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % each for each in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        begin,
    )


def png(width: int = 40, height: int = 30) -> bytes:
    """Return a picture of one colour."""
    row = b"\0" + b"\x0a\x68\x62" * width
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack("!2L5B", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(row * height))
        + _chunk(b"IEND", b"")
    )


def docx(entries: Mapping[str, bytes] | None = None, *, main: str = "main+xml") -> bytes:
    """Return what a word processor takes for a document, with more entries if asked."""
    types = f'<Types><Override ContentType="{TYPES}wordprocessingml.document.{main}"/></Types>'
    content = {"[Content_Types].xml": types.encode(), "word/document.xml": b"<document/>"}
    return archive(content | dict(entries or {}))


def odt() -> bytes:
    """Return an OpenDocument text."""
    kind = b"application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind, "content.xml": b"<office/>"})


def archive(entries: Mapping[str, bytes]) -> bytes:
    """Return a zip of some entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return made.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack("!L", len(content)) + kind + content + struct.pack("!L", check)
