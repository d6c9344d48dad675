"""The one gate for XML from strangers: no entities, no network, no surprises."""

from __future__ import annotations

from lxml import etree

LARGEST = 8 * 1024 * 1024  #: bytes of one file; elements inside one another: 256, by the parser


class Unreadable(ValueError):
    """The bytes are not XML that we read."""


def parse(content: bytes) -> etree._Element:
    """Return the root element of a file, without comments and processing instructions.

    Raises:
        Unreadable: not well-formed, not UTF-8, too large or deep, or with a document type.
    """
    if len(content) > LARGEST:
        raise Unreadable(f"larger than {LARGEST} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise Unreadable("not UTF-8") from failure
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable("a document type or entity is not accepted")
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
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as failure:
        raise Unreadable(f"not well-formed: {failure}") from failure
    if root is None:
        raise Unreadable("no element in it")
    return root
