"""Documents in a real browser: sent with progress, shown in the page, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit.browser import Window
from tests.kit.papers import pdf, png
from tests.kit.statements import Statement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def case(statement: Statement) -> str:
    """The address of a statement under way."""
    return statement.case


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("papers")
    contents = {
        "صورت‌جلسه.pdf": pdf("Minutes of the measurement"),
        "plan.png": png(600, 400),
        "wrong.pdf": b"MZ\x90\0",
        "notes.txt": "یادداشت".encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_documents_are_sent_at_once_and_what_is_refused_says_why(
    window: Callable[..., Window], case: str, papers: dict[str, Path], locale: str
):
    visitor = window(locale=locale)
    visitor.sign_in("contractor", locale)
    page = visitor.open(f"{case}?tab=file")
    before = page.locator("table.documents tbody tr").count()

    page.set_input_files("#files", [papers["plan.png"], papers["wrong.pdf"], papers["notes.txt"]])
    page.locator("[data-uploads] li[data-state=refused] .problem").wait_for()
    page.locator("table.documents tbody tr").nth(before + 1).wait_for()

    assert page.locator("table.documents tbody tr").count() == before + 2
    assert page.locator("[data-uploads] li[data-state=done]").count() == 2
    said = page.locator("[data-uploads] .problem").inner_text()
    assert {"fa": "برنامهٔ اجرایی", "en": "holds a program"}[locale] in said
    visitor.complaints = [each for each in visitor.complaints if "422" not in each]
    for width in ("wide", "narrow"):
        visitor.resize(width)
        visitor.picture(f"file-tab-{locale}-{width}")
        assert visitor.accessibility_faults() == []
        assert not visitor.scrolls_sideways()


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_pdf_and_a_picture_are_shown_in_the_page(
    window: Callable[..., Window], case: str, papers: dict[str, Path], locale: str
):
    visitor = window(locale=locale)
    visitor.sign_in("contractor", locale)
    page = visitor.open(f"{case}?tab=file")
    page.set_input_files("#files", [papers["صورت‌جلسه.pdf"], papers["plan.png"]])
    page.locator("[data-uploads] li[data-state=done]").nth(1).wait_for()

    page.get_by_role("link", name="صورت‌جلسه.pdf").last.click()
    frame = page.frame_locator(".preview iframe")
    frame.locator("[data-page][data-drawn='1']").wait_for()
    assert "Minutes of the measurement" in frame.locator(".pdf-text").inner_text()
    frame.get_by_role("button").nth(3).click()  # larger
    frame.locator("canvas").first.wait_for()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        visitor.picture(f"file-pdf-{locale}-{theme}")
        assert visitor.accessibility_faults() == []
    page.go_back()
    page.get_by_role("link", name="plan.png").last.click()
    shown = page.locator(".preview img")
    shown.wait_for()
    assert shown.evaluate("image => image.naturalWidth") == 600
    visitor.resize("narrow")
    visitor.picture(f"file-picture-{locale}-narrow")
    assert visitor.accessibility_faults() == []
    assert not visitor.scrolls_sideways()
