"""An analyst's day: a step is drawn, played, kept as a test, compared, approved and lived with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.browser import Window, shared_window
from tests.kit.server import LiveServer
from tests.kit.statements import Office, take

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("day"), pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Day:
    """What an analyst of a language adds to the process, and what the other reads of it."""

    language: str
    second: str  #: language of who approves
    form: str
    step: str
    asks: str
    #: more material on site than any test of the area has: those go on as they did
    limits: tuple[int, int]
    waits: str  #: what the page of the request says of it
    deployed: str

    @property
    def condition(self) -> str:
        """When the step is taken; of each day's other cases than the other's."""
        low, high = self.limits
        return f'outcome = "submit" and site_materials > {low} and site_materials <= {high}'

    @property
    def much(self) -> str:
        """Material on site for which it is."""
        return str(self.limits[1])


PERSIAN = Day(
    "fa",
    "en",
    "second_look",
    "نگاه دوباره به مصالح پای کار",
    "نظر دربارهٔ مصالح",
    (500_000_000, 900_000_000),
    "در انتظار تأیید",
    "deployed",
)
ENGLISH = Day(
    "en",
    "fa",
    "third_look",
    "Look at the materials once more",
    "What is said of the materials",
    (900_000_000, 990_000_000),
    "waits for approval",
    "مستقر شد",
)


@pytest.fixture(scope="module")
def server(bundled: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server of its own: what is deployed here concerns no other test.

    With the cases of the demonstration, which has contracts to choose from.
    """
    running = LiveServer(tmp_path_factory.mktemp("day"), settings={"DIVAN_DEMO_CASES": "1"}).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def office(server: LiveServer) -> Iterator[Office]:
    """The people at the desks."""
    found = Office(server.address)
    yield found
    found.close()


@pytest.fixture(scope="module")
def under_way(office: Office) -> str:
    """The address of the step at which a statement waits that began before all this."""
    supervisor = office.person("supervisor")
    before = supervisor.inbox()
    office.file(1)
    deadline = time.monotonic() + 120
    while not (fresh := supervisor.inbox().keys() - before.keys()):
        assert time.monotonic() < deadline
        time.sleep(0.1)  # a worker checks the statement first
    [task] = fresh
    return task


def test_a_step_is_added_tried_approved_and_taken_by_new_cases_while_old_ones_go_on(
    chromium: Browser, server: LiveServer, office: Office, under_way: str
):
    _is_lived(PERSIAN, chromium, server)

    supervisor = office.person("supervisor")
    assert PERSIAN.step not in supervisor.inbox().values()
    _begin(office, PERSIAN)
    assert PERSIAN.step in supervisor.inbox().values()
    office.do("Measure", under_way, 1)


def test_in_english_the_day_goes_the_same_on_what_was_deployed_in_persian(
    chromium: Browser, server: LiveServer
):
    _is_lived(ENGLISH, chromium, server)


def _is_lived(day: Day, chromium: Browser, server: LiveServer) -> None:
    with shared_window(chromium, server.address, day.language) as analyst:
        draft = _begun(analyst, day)
        _asks(analyst, draft, day)
        step = _is_drawn(analyst, draft, day)
        _is_played(analyst, draft, step, day)
        _is_kept_as_a_test(analyst, day)
        request = _is_asked_for(analyst, draft, day)
    with shared_window(chromium, server.address, day.second, who="analyst2") as second:
        page = second.open(request)
        second.picture(f"day-{day.language}-approve")
        _is_tested(page)
        page.locator("form[action$='/approve'] button").click()
        expect(page.locator("#request")).to_have_text(day.deployed)


def _begun(analyst: Window, day: Day) -> str:
    page = analyst.open("/studio")
    section = page.locator("section", has=page.locator("input[value=contractor_statement]"))
    section.locator("input[name=title]").fill(day.step)
    section.locator("form button").first.click()
    page.wait_for_url("**/studio/drafts/*")
    return page.url.removeprefix(analyst.address).partition("?")[0]


def _asks(analyst: Window, draft: str, day: Day) -> None:
    """A new form asks one question."""
    page = analyst.page
    page.fill("#new-form", day.form)
    page.locator("form", has=page.locator("#new-form")).locator("button").click()
    page.wait_for_selector("[data-form-editor-ready]")
    page.locator(".palette-of-forms summary").click()
    page.locator("button[value='add:textarea']").click()
    page.locator("[id='p.label']").fill(day.asks)
    expect(page.locator("[data-status]")).to_have_attribute("data-state", "saved")


def _is_drawn(analyst: Window, draft: str, day: Day) -> str:
    """A step with the form behind the gateway, under a condition; return its id."""
    page = analyst.open(f"{draft}/draw/interim_statement.bpmn")
    page.wait_for_selector("[data-designer-ready='1']")
    _choose(page, "enter_result")
    _unfold(page, "#panel-append")
    page.select_option("#panel-append", "UserTask")
    page.locator("#panel-append ~ button").click()
    fresh = page.locator("[data-outline] [data-element^=Activity_][aria-current]")
    step = fresh.get_attribute("data-element") or ""
    page.fill("#panel-name", day.step)
    page.fill("#panel-formId", day.form)
    _unfold(page, "#panel-connect")
    page.select_option("#panel-connect", "check_statement")
    page.locator("#panel-connect ~ button").click()
    _choose(page, "enter_result")
    _unfold(page, "[data-flow]")
    page.locator("[data-flow^=Flow_]", has_text=day.step).click()
    page.fill("#panel-condition", day.condition)
    page.locator("#panel-name").focus()
    analyst.picture(f"day-{day.language}-drawn")
    state = page.locator("[data-designer-status]")
    expect(state).to_have_attribute("data-state", "saved")
    _is_read_back_without_a_warning(page)
    return step


def _is_read_back_without_a_warning(page: Page) -> None:
    """The designer reads with Camunda's bpmn-moddle and its descriptors, and says what they say."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.wait_for_selector("[data-designer-ready='1']")
    assert [each for each in said if each.startswith("the model:")] == []


def _choose(page: Page, element: str) -> None:
    page.locator(f"[data-outline] [data-element={element}]").click()


def _unfold(page: Page, within: str) -> None:
    group = page.locator("[data-panel] details", has=page.locator(within))
    if group.get_attribute("open") is None:
        group.locator("summary").click()


def _is_played(analyst: Window, draft: str, step: str, day: Day) -> None:
    page = analyst.open(f"{draft}/play?start=interim_statement")
    page.locator("form[data-form] button.primary").click()
    page.fill("#site_materials", day.much)
    page.locator("form[data-form] button[value=submit]").click()
    answer = page.locator(f"form[action$='/answer/{step}/1']")
    expect(page.locator(f'[data-element-id="{step}"].mark-now')).to_be_visible()
    analyst.picture(f"day-{day.language}-played")
    answer.locator("textarea").fill("دیده شد")
    answer.locator("button.primary").click()
    expect(page.locator("form[action$='/answer/measure/1']")).to_be_visible()


def _is_kept_as_a_test(analyst: Window, day: Day) -> None:
    page = analyst.page
    page.locator(".acts-of-run a").click()
    page.fill("#name", day.form)
    analyst.picture(f"day-{day.language}-kept")
    page.locator("form button.primary").click()
    expect(page.locator("article", has_text=f"{day.form}.test.toml")).to_be_visible()


def _is_asked_for(analyst: Window, draft: str, day: Day) -> str:
    """Ask for the deployment; return the path of the request."""
    page = analyst.open(f"{draft}/deploy")
    told = page.locator("section", has=page.locator("#changes"))
    expect(told).to_contain_text(day.step)
    expect(told).to_contain_text(str(day.limits[0]))
    analyst.picture(f"day-{day.language}-deploy")
    _is_tested(page)
    page.fill("#note", "مصالح زیاد پای کار دوباره دیده می‌شود")
    page.locator("#ask ~ form button.primary").click()
    expect(page.locator("#request")).to_have_text(day.waits)
    return page.url.removeprefix(analyst.address)


def _is_tested(page: Page) -> None:
    """Wait until the tests beside the model have been run: who asks earlier waits for them."""
    waits = page.locator("[data-tested] [role=status]")
    expect(waits).to_have_count(0, timeout=120_000)


def _begin(office: Office, day: Day) -> None:
    """A new statement with much material on site is sent."""
    contractor = office.person("contractor")
    page = contractor.get("/start/interim_statement")
    contracts = page.tree.xpath("//select[@name='contract_id']/option[@value!='']/@value")
    begun = (contractor.submit(page, "/start/interim_statement", contract_id=e) for e in contracts)
    # a contract has one statement under way at a time
    opened = next(each for each in begun if "/tasks/" in each.address)
    task = opened.address.removeprefix(office.address)
    page = take(contractor, task)
    sent = contractor.submit(page, task, outcome="submit", site_materials=day.much)
    assert sent.problems == [], sent.text
