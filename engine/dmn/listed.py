"""Which decisions some files hold, for whoever names one; what cannot be read is passed over."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.xml import Unreadable, parse


def listed(files: Mapping[str, bytes]) -> Mapping[str, tuple[str, str]]:
    """Return the name of each decision and the file it stands in, by its id."""
    found: dict[str, tuple[str, str]] = {}
    for file, content in sorted(files.items()):
        try:
            root = parse(content)
        except Unreadable:
            continue
        for node in root.iterchildren(etree.Element):
            if etree.QName(node).localname == "decision" and node.get("id"):
                found.setdefault(str(node.get("id")), (str(node.get("name", "")), file))
    return found
