"""Two versions of the statement beside each other, as an analyst looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.browser import HALF, Window, shared_window
from tests.kit.drafts import draft_at
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

#: how wide a step is on the screen in each drawing
WIDTHS_OF_A_STEP = """() => [...document.querySelectorAll(".diagram")].map(
  (each) => each.querySelector('[data-element-id="measure"] rect').getBoundingClientRect().width)"""


@pytest.fixture(scope="module")
def compared(server: LiveServer) -> str:
    """The address of a draft with changes, compared with what is deployed."""
    files = {}
    for name, edits in EDITS.items():
        text = (AREA / name).read_text(encoding="utf-8")
        for before, after in edits:
            assert before in text
            text = text.replace(before, after, 1)
        files[name] = text
    path = draft_at(server.address, files)
    return f"/studio/contractor_statement/compare?from=1&to=draft-{path.rpartition('/')[2]}"


@pytest.fixture(scope="module", params=["fa", "en"])
def comparison(
    request: pytest.FixtureRequest, chromium: Browser, server: LiveServer, compared: str
) -> Iterator[tuple[Window, str]]:
    """The comparison as an analyst has it open, both drawings drawn, and its language."""
    with shared_window(chromium, server.address, request.param) as visitor:
        page = visitor.open(compared)
        page.locator("#diagrams").scroll_into_view_if_needed()
        expect(page.locator("[data-diagram-ready]")).to_have_count(2)
        yield visitor, request.param


def test_a_sentence_leads_to_its_element_on_both_drawings(comparison: tuple[Window, str]):
    page = comparison[0].page

    page.locator('[data-versions-show="measure"]').click()

    expect(page.locator('[data-element-id="measure"].mark-sought')).to_have_count(2)
    expect(page.locator('[data-element-id="measure"] rect').first).to_be_in_viewport()


def test_both_drawings_are_marked_with_signs_and_move_together(comparison: tuple[Window, str]):
    page = comparison[0].page
    expect(page.locator('[data-element-id="measure"].mark-changed .mark-sign')).to_have_count(2)

    before = page.evaluate(WIDTHS_OF_A_STEP)

    page.locator(".diagram-controls button").first.click()

    page.wait_for_function(
        f"(before) => {{ const [one, other] = ({WIDTHS_OF_A_STEP})();"
        " return Math.abs(one - other) < 1 && Math.abs(one - before) > 1; }",
        arg=before[0],
    )


def test_the_comparison_has_no_faults_in_light_and_dark_wide_and_narrow(
    comparison: tuple[Window, str],
):
    visitor, locale = comparison

    assert visitor.faults(f"compared-{locale}", HALF[locale]) == []


def test_without_scripts_every_change_is_there_in_words(server: LiveServer, compared: str):
    analyst = Visitor(server.address, "analyst", locale="en")
    page = analyst.get(compared)

    text = " ".join(page.tree.text_content().split())
    assert "Measure”, the deadline: 5 days → 3 working days" in text
    assert "who is told when it is late: “Project manager” → “Head of the unit”" in text
    analyst.close()
