"""Drafts of the analysts' workshop on a running server, begun without a browser."""

from __future__ import annotations

from collections.abc import Mapping

from tests.kit.visitor import Visitor

STATEMENT = "contractor_statement"


def draft_at(address: str, files: Mapping[str, str] | None = None) -> str:
    """Begin a draft of the deployed statement; return the path of its page.

    Args:
        address: of the server.
        files: what is saved in it, over what is deployed of that name.
    """
    analyst = Visitor(address, "analyst")
    page = analyst.get("/studio")
    of_area = f"//section[.//input[@value='{STATEMENT}']]//input[@name='bundle']/@value"
    [bundle] = page.tree.xpath(of_area)
    draft = analyst.post("/studio", area=STATEMENT, title="پیش‌نویس تازه", bundle=str(bundle))
    path = draft.address[draft.address.index("/studio/drafts/") :].partition("?")[0]
    for name, text in (files or {}).items():
        is_there = analyst.download(f"{path}/raw/{name}").status_code == 200
        saved = analyst.json(f"{path}/files/{name}", {"text": text, "version": int(is_there)})
        assert saved.status_code == 200, saved.text
    analyst.close()
    return path
