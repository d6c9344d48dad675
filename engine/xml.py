"""The one gate for XML from strangers: no entities, no network, no surprises."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from engine.findings import Detail, Wrong, detail

LARGEST = 8 * 1024 * 1024  #: bytes of one file; elements inside one another: 256, by the parser
MOST = 500_000  #: tags of one file, and attributes: what a tree of them takes is bounded too
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""\A\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']"""
)
_READ = re.compile(r"utf-8|ascii|iso8859-\d{1,2}|cp125\d|utf-16(-[lb]e)?")
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]{0,300}?\?>")


class Unreadable(Wrong):
    """The bytes are not XML that we read."""


def parse(content: bytes) -> etree._Element:
    """Return the root element of a file, without comments and processing instructions.

    The encoding is that of its mark or of its declaration: UTF-8, UTF-16, or one byte for a
    character (ISO 8859, Windows 125x).

    Raises:
        Unreadable: not well-formed, in another encoding than it says or than we read, too large
            or deep, or with a document type.
    """
    if len(content) > LARGEST:
        raise Unreadable(detail("XML-001", most=LARGEST))
    text = _decoded(content)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable(detail("XML-002"))
    if text.count("<") > MOST or text.count("=") > MOST:
        raise Unreadable(detail("XML-003", most=MOST))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as failure:
        raise Unreadable(_malformed(failure)) from failure
    if root is None:
        raise Unreadable(detail("XML-005"))
    return root


def _malformed(failure: Exception) -> Detail:
    line, column = getattr(failure, "position", (0, 0))
    return detail("XML-004", why=failure, line=line, column=column)


def _decoded(content: bytes) -> str:
    name, start = _encoding(content)
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if not _READ.fullmatch(known):
        raise Unreadable(detail("XML-006", name=name))
    try:
        return content[start:].decode(known)
    except UnicodeDecodeError as failure:
        raise Unreadable(detail("XML-007", name=name.upper())) from failure


def _encoding(content: bytes) -> tuple[str, int]:
    """Return the encoding and where the text begins (XML 1.0, appendix F)."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name, len(mark)
    if content.startswith((b"<\0", b"\0<")):
        return ("utf-16-le" if content.startswith(b"<") else "utf-16-be"), 0
    declared = _DECLARED.match(content)
    name = declared[1].decode() if declared else "utf-8"
    # two bytes for a character, said in single ones: the file was converted afterwards
    return ("utf-8" if name.lower().startswith("utf-16") else name), 0
