"""Drafts of the analysts' workshop on a running server, begun without a browser."""

from __future__ import annotations

from tests.kit.visitor import Visitor


def begun(analyst: Visitor, area: str, title: str) -> str:
    """Begin a draft of what is deployed of an area; return the path of its page."""
    page = analyst.get("/studio")
    of_area = f"//section[.//input[@value='{area}']]//input[@name='bundle']/@value"
    [bundle] = page.tree.xpath(of_area)
    draft = analyst.post("/studio", area=area, title=title, bundle=str(bundle))
    path = draft.address[draft.address.index("/studio/drafts/") :]
    return path.partition("?")[0]
