"""A question answered with documents, in a real browser: chosen, kept, taken out again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.test_forms_browser import start
from tests.kit.browser import Window, context_of
from tests.kit.forms import FOLDER
from tests.kit.papers import pdf, png
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

PICKER = {"type": "filepicker", "key": "sheets", "label": "برگه‌ها", "multiple": True}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with the area that shows every component, and a question for documents."""
    areas = tmp_path_factory.mktemp("areas")
    shutil.copytree(FOLDER, areas / FOLDER.name)
    file = areas / FOLDER.name / "forms" / "everything.form"
    form = json.loads(file.read_text(encoding="utf-8"))
    form["components"].insert(0, PICKER)
    file.write_text(json.dumps(form), encoding="utf-8")
    first = areas / FOLDER.name / "forms" / "ask_service.form"
    form = json.loads(first.read_text(encoding="utf-8"))
    form["components"][0]["components"].append({**PICKER, "key": "letters"})
    first.write_text(json.dumps(form), encoding="utf-8")
    home = tmp_path_factory.mktemp("picker")
    running = LiveServer(home, settings={"DIVAN_PROCESSES": str(areas)}).start()
    yield running
    running.stop()


def test_what_is_chosen_is_sent_at_once_and_is_the_answer_until_taken_out(
    chromium: Browser, site: LiveServer, tmp_path: Path
):
    for name, content in {"one.pdf": pdf(), "two.png": png(), "bad.pdf": b"MZ"}.items():
        (tmp_path / name).write_bytes(content)
    window = Window(context_of(chromium), site.address)
    window.sign_in("proc_officer")
    page = window.page
    start(page, window.address)

    chooser = page.locator("#sheets-chooser")
    chooser.set_input_files([tmp_path / name for name in ("one.pdf", "bad.pdf", "two.png")])
    picked = page.locator("#sheets [data-list] li")
    expect(picked).to_have_count(2)
    expect(page.locator("#sheets .uploads .problem")).to_contain_text("برنامهٔ اجرایی")
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-draft-state", "saved")
    window.picture("form-picker-fa")
    assert window.accessibility_faults() == []

    page.reload()
    expect(picked).to_have_count(2)
    picked.first.get_by_role("button").click()
    expect(picked).to_have_count(1)
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-draft-state", "saved")
    page.reload()
    expect(picked).to_have_count(1)
    assert [each for each in window.complaints if "422" not in each] == []
    window.context.close()


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_start_form_takes_documents_that_travel_with_its_pages(
    chromium: Browser, site: LiveServer, tmp_path: Path, locale: str
):
    (tmp_path / "نامهٔ یکم.pdf").write_bytes(pdf())
    window = Window(context_of(chromium), site.address)
    window.sign_in("proc_officer", locale)
    page = window.page
    page.goto(f"{site.address}/start/showcase", wait_until="networkidle")  # scripts have run

    page.locator("#letters-chooser").set_input_files([tmp_path / "نامهٔ یکم.pdf"])
    picked = page.locator("#letters [data-list] li")
    expect(picked).to_have_count(1)
    assert window.faults(f"form-start-picker-{locale}") == []
    page.fill("#subject", "سرویس آسانسور")
    page.check("[name=kind][value=goods]")
    page.locator("[name=_go][value=next]").click()
    page.fill("#price", "500000")
    page.select_option('[id="price/unit"]', "toman")
    page.locator("[name=_go][value=next]").click()
    page.fill('[id="sellers/0/name"]', "آسان‌بر")
    page.locator("[name=_go][value=next]").click()
    expect(page.locator("main")).to_contain_text("نامهٔ یکم.pdf")
    assert window.faults(f"form-start-picker-check-{locale}") == []
    page.locator("button.primary").last.click()
    page.wait_for_url("**/tasks/**")
    page.goto(page.url + "?tab=file")
    expect(page.locator("main")).to_contain_text("نامهٔ یکم.pdf")
    page.goto(page.url.replace("tab=file", "tab=trail"))
    assert window.faults(f"form-start-picker-trail-{locale}") == []
    window.context.close()
