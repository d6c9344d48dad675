"""Two analysts in a real browser: one asks for a deployment, the other one approves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.browser import HALF, shared_window
from tests.kit.drafts import draft_at
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

SETTINGS = Path(__file__).parents[2] / "processes" / "contractor_statement" / "process.toml"
BEFORE, AFTER = "measure = { due = { days = 5 }", "measure = { due = { days = 3 }"


@pytest.fixture(scope="module")
def draft(server: LiveServer) -> str:
    """The path of a draft of the statement, in which a step has less time."""
    text = SETTINGS.read_text(encoding="utf-8")
    assert BEFORE in text
    return draft_at(server.address, {"process.toml": text.replace(BEFORE, AFTER, 1)})


def test_one_analyst_asks_the_other_sees_what_changes_and_approves(
    chromium: Browser, server: LiveServer, draft: str
):
    with shared_window(chromium, server.address, "fa") as first:
        page = first.open(f"{draft}/deploy")
        page.fill("#note", "بازدید زودتر انجام شود")
        page.fill("#message", "از این پس سه روز")
        assert first.faults("deploy-fa", HALF["fa"]) == []
        first.resize("wide")
        page.get_by_role("button", name="درخواست استقرار").click()
        expect(page.locator("#request")).to_have_text("در انتظار تأیید")
        address = page.url
        assert page.get_by_role("button", name="تأیید و استقرار").count() == 0

    with shared_window(chromium, server.address, "en", who="analyst2") as second:
        page = second.open("/studio/deployments")
        expect(page.locator("#to-decide .count")).to_have_text("1")
        assert second.faults("deployments-en", (("narrow", "light"),)) == []
        second.resize("wide")
        page.goto(address)
        expect(page.locator("#changes ~ .change").first).to_contain_text("3")
        assert second.faults("deployment-en", HALF["en"]) == []
        second.resize("wide")
        page.get_by_role("button", name="Approve and deploy").click()
        expect(page.locator("#request")).to_have_text("deployed")
        page.goto(f"{server.address}/studio/contractor_statement/compare")
        expect(page.locator(".change").first).to_contain_text("3")
