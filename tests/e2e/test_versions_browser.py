"""Two versions of the statement beside each other, as an analyst looks at them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browser import Window
from tests.kit.server import LiveServer
from tests.kit.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

AREA = Path(__file__).parents[2] / "processes" / "contractor_statement"
FILE = "interim_statement.bpmn"
#: what somebody changes in the model: a name, a way, a limit of time, and a place on the drawing
EDITS = {
    FILE: [
        ('id="measure" name="', 'id="measure" name="بازدید و '),
        ('id="approve_result" name="', 'id="approve_result" name="سرانجام: '),
        (
            '<bpmn:process id="interim_statement"',
            '<bpmn:process isClosed="true" id="interim_statement"',
        ),
    ],
    "process.toml": [
        (
            'measure = { due = { days = 5 }, escalate = "PROJECT_MANAGER"',
            'measure = { due = { working_days = 3 }, escalate = "UNIT_HEAD"',
        ),
        (
            'fin_head = { role = "FIN_HEAD", in = "case" }',
            'fin_head = { role = "FIN_HEAD", in = "ancestor" }',
        ),
    ],
    "forms/approve.form": [('"label": "کارکرد تجمعی"', '"label": "کارکرد از آغاز"')],
}


@pytest.fixture(scope="module")
def compared(server: LiveServer) -> str:
    """The address of a draft with changes, compared with what is deployed."""
    analyst = Visitor(server.address, "analyst")
    page = analyst.get("/studio")
    bundle = str(
        page.tree.xpath(
            "//section[.//input[@value='contractor_statement']]//input[@name='bundle']/@value"
        )[0]
    )
    draft = analyst.post("/studio", area="contractor_statement", title="Quicker", bundle=bundle)
    path = draft.address.removeprefix(server.address)
    for name, edits in EDITS.items():
        text = (AREA / name).read_text(encoding="utf-8")
        for before, after in edits:
            assert before in text
            text = text.replace(before, after, 1)
        saved = analyst.json(f"{path}/files/{name}", {"text": text, "version": 1})
        assert saved.status_code == 200, saved.text
    analyst.close()
    return f"/studio/contractor_statement/compare?from=1&to=draft-{path.rpartition('/')[2]}"


def _drawn(page: Page) -> None:
    page.locator("#diagrams").scroll_into_view_if_needed()
    expect(page.locator("[data-diagram-ready]")).to_have_count(2)


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_comparison_has_no_faults_in_light_and_dark_wide_and_narrow(
    window: Callable[..., Window], compared: str, locale: str
):
    visitor = window("wide", locale)
    visitor.sign_in("analyst", locale)
    page = visitor.open(compared)
    _drawn(page)

    assert visitor.faults(f"compared-{locale}") == []


def test_both_drawings_are_marked_with_signs_and_move_together(
    window: Callable[..., Window], compared: str
):
    visitor = window("wide", "en")
    visitor.sign_in("analyst", "en")
    page = visitor.open(compared)
    _drawn(page)
    expect(page.locator('[data-element-id="measure"].mark-changed .mark-sign')).to_have_count(2)

    page.locator(".diagram-controls button").first.click()

    boxes = [
        page.locator(".diagram").nth(each).locator('[data-element-id="measure"] rect').first
        for each in (0, 1)
    ]
    widths = [found["width"] for each in boxes if (found := each.bounding_box())]
    assert abs(widths[0] - widths[1]) < 1


def test_a_sentence_leads_to_its_element_on_both_drawings(
    window: Callable[..., Window], compared: str
):
    visitor = window("wide", "en")
    visitor.sign_in("analyst", "en")
    page = visitor.open(compared)
    _drawn(page)

    page.locator('[data-versions-show="measure"]').click()

    expect(page.locator('[data-element-id="measure"].mark-sought')).to_have_count(2)
    expect(page.locator('[data-element-id="measure"] rect').first).to_be_in_viewport()


def test_without_scripts_every_change_is_there_in_words(server: LiveServer, compared: str):
    analyst = Visitor(server.address, "analyst", locale="en")
    page = analyst.get(compared)

    text = " ".join(page.tree.text_content().split())
    assert "Measure”, the deadline: 5 days → 3 working days" in text
    assert "who is told when it is late: “Project manager” → “Head of the unit”" in text
    analyst.close()
