"""The editor of decision tables: edited with and without a script, marked, tried, pasted into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from engine.commands import deployments
from tests.kit.sites import NOON
from tests.storage.events import begin
from tests.storage.test_decisions import fees_area
from tests.unit.dmn.drawn import decision, file, inputs, output, table
from tests.web.conftest import text_of

ANALYSTS = ("nima", "roya")
LIMITS = (Path(__file__).parents[2] / "kit" / "limits.dmn").read_text()
FILE = "limits.dmn"


@pytest.fixture
def nima(nima: FlaskClient) -> FlaskClient:
    return _in_english(nima)


@pytest.fixture
def roya(roya: FlaskClient) -> FlaskClient:
    return _in_english(roya)


def _in_english(browser: FlaskClient) -> FlaskClient:
    browser.post("/language", data={"locale": "en"})
    return browser


@pytest.fixture
def draft(nima: FlaskClient) -> str:
    """The address of a draft that has a decision table."""
    answer = nima.post("/studio", data={"area": "limits", "title": "سقف‌ها"})
    path = str(answer.location)
    saved = nima.post(f"{path}/files/{FILE}", json={"text": LIMITS, "version": 0})
    assert saved.status_code == 200
    return path


class Editor:
    """The editor's page, filled in and sent as a browser does."""

    def __init__(self, browser: FlaskClient, draft: str, decision: str = "") -> None:
        self._browser, self._draft = browser, draft
        self.address = f"{draft}/decisions/{FILE}"
        self.show(decision)

    def show(self, decision: str = "") -> None:
        self.take(self._browser.get(self.address, query_string={"decision": decision}).text)

    def take(self, page: str) -> None:
        self.page = page
        [form] = _at(page, "//form[@data-sheet]")
        self.fields = [[name, text.removeprefix("\n")] for name, text in form.form_values()]

    def fill(self, name: str, at: int, text: str) -> None:
        found = [each for each in self.fields if each[0] == name]
        found[at][1] = text

    def send(self, act: str = "", *, script: bool = False, **more: str) -> Any:
        data: dict[str, list[str]] = {}
        for name, text in [*self.fields, ["act", act]]:
            data.setdefault(name, []).append(text)
        data |= {name.replace("__", "."): [text] for name, text in more.items()}
        headers = {"Accept": "application/json"} if script else {}
        answer = self._browser.post(self.address, data=data, headers=headers)
        if answer.status_code == 303:
            self.show()
        elif not script and answer.mimetype == "text/html" and "data-sheet" in answer.text:
            self.take(answer.text)
        return answer

    def said(self, path: str) -> str:
        return " ".join(" ".join(_at(self.page, path)).split())

    @property
    def file(self) -> str:
        return self._browser.get(f"{self._draft}/raw/{FILE}").text


def _at(page: str, path: str) -> list[Any]:
    found: Any = html.fromstring(page).xpath(path)
    return list(found)


@pytest.fixture
def editor(nima: FlaskClient, draft: str) -> Editor:
    return Editor(nima, draft)


def test_the_drafts_page_leads_to_the_editor_which_shows_rules_and_what_they_leave_out(
    nima, draft, editor
):
    assert f'href="{draft}/decisions/{FILE}"' in nima.get(draft).text
    assert [text for name, text in editor.fields if name == "t"] == [
        "< 2000000000", "-", "[2000000000..10000000000]", "true", "-", "-",
    ]  # fmt: skip
    assert "is not required by it and not defined in it" in text_of(editor.page)


def test_a_cell_is_kept_without_a_script_and_nothing_else_of_the_file_changes(editor):
    editor.fill("t", 0, "< ۵٬۰۰۰٬۰۰۰٬۰۰۰")

    assert editor.send().status_code == 303

    assert editor.file == LIMITS.replace("&lt; 2000000000", "&lt; 5000000000")


def test_what_is_no_feel_is_kept_and_told_at_its_cell(editor):
    editor.fill("t", 0, "< 5 or")
    editor.fill("o", 1, "12")
    editor.fill("in.text", 0, "amount +")

    editor.send()

    assert "No FEEL at line 1" in editor.said("//*[@id='t-0-0-mark']//text()")
    assert "The column holds a text" in editor.said("//*[@id='o-1-0-mark']//text()")
    assert "No FEEL" in editor.said("//*[@id='in-text-0-mark']//text()")
    assert "true" in editor.said("//*[@id='t-0-0']/@aria-invalid")
    assert "Places that are wrong: 3" in editor.said("//*[@data-sheet-found]//text()")


def test_overlaps_are_marked_on_both_rows_and_a_gap_is_named_and_filled(editor):
    editor.fill("policy", 0, "UNIQUE")
    editor.fill("t", 4, "> 20000000000")
    editor.fill("t", 2, "[1000000000..10000000000]")

    editor.send()

    assert "Overlaps rule 2" in editor.said("//*[@id='row-0-mark']//text()")
    assert "Overlaps rule 1" in editor.said("//*[@id='row-1-mark']//text()")
    gaps = editor.said("//*[@data-sheet-found]//text()")
    assert "(10000000000..20000000000]" in gaps
    assert "for example" in gaps
    editor.send("fill-gap 0")
    assert len([each for each in editor.fields if each[0] == "row"]) == 4


def test_every_act_is_a_button_that_needs_no_script(editor):
    rules = []
    for act in ("add-row 3", "copy-row 0", "remove-row 1", "lower-row 0", "raise-row 2"):
        assert editor.send(act).status_code == 303
        rules.append(sum(name == "row" for name, _ in editor.fields))
    for act in ("add-input 1", "lower-input 0", "remove-input 1", "add-output 1", "add-note 0"):
        assert editor.send(act).status_code == 303
    for act in ("nothing-of-the-kind 1", "remove-row 99", "remove-note 0", "remove-output 1"):
        assert editor.send(act).status_code == 303

    assert rules == [4, 5, 4, 4, 4]
    assert [text for name, text in editor.fields if name == "in.text"] == ["", "emergency"]


def test_a_script_is_told_the_version_the_marks_and_after_an_act_the_table(editor):
    editor.fill("t", 0, "<")
    kept = editor.send(script=True).json
    again = editor.send("add-row 0", script=True, version=str(kept["version"])).json

    assert kept["version"] > 1
    assert kept["html"] is None
    assert kept["refused"] == ["t-0-0"]
    assert 'data-row="3"' in again["html"]
    assert again["version"] > kept["version"]


def test_samples_are_tried_with_what_is_typed_and_their_rules_marked(editor):
    for at, text in enumerate(("۱٬۰۰۰", "", "۵٬۰۰۰٬۰۰۰٬۰۰۰", "بله", "x", "true")):
        editor.fill("s", at, text)

    answer = editor.send("try")

    assert answer.status_code == 200
    rows = _at(editor.page, "//table[@data-samples]/tbody/tr")
    told = [" ".join(each.text_content().split()) for each in rows]
    assert told[0] == "1 1, 3 UNIT_HEAD" or told[0] == "1 1 UNIT_HEAD"
    assert told[1].endswith("2 FIN_HEAD")
    assert "“x” is no value of" in told[2]
    assert "sample 2" in editor.said("//tr[@data-row='1']//*[@data-hit]//text()")


def test_rows_are_pasted_from_a_spreadsheet_and_copied_back(nima, editor):
    pasted = '< ۱٬۰۰۰\tfalse\tTREASURER\r\n"2,000"\t-\t"UNIT_HEAD"\r\n'

    assert editor.send("paste", pasted=pasted).status_code == 303

    assert [text for name, text in editor.fields if name == "t"][-4:] == [
        "< 1000",
        "false",
        "2000",
        "-",
    ]
    assert [text for name, text in editor.fields if name == "o"][-2:] == [
        '"TREASURER"',
        '"UNIT_HEAD"',
    ]
    copied = nima.get(f"{editor.address}", query_string={"decision": "approver"})
    address = editor.address.replace("/decisions/", "/decisions/copy/")
    copied = nima.get(address, query_string={"decision": "approver"}).text
    assert copied.splitlines()[0] == "مبلغ\tاضطراری\tتصویب با"
    assert copied.splitlines()[-2] == '< 1000\tfalse\t"""TREASURER"""'


def test_too_wide_a_paste_is_refused_with_what_was_pasted(editor):
    answer = editor.send("paste", pasted="1\t2\t3\t4")

    assert answer.status_code == 422
    assert "more columns than the table" in editor.page
    assert "1\t2\t3\t4" in editor.page
    assert len([each for each in editor.fields if each[0] == "row"]) == 3


def test_the_second_of_two_analysts_is_led_to_both(nima, roya, draft):
    mine, hers = Editor(nima, draft), Editor(roya, draft)
    hers.fill("t", 0, "< 7")
    mine.fill("t", 0, "< 9")
    hers.send()

    answer = mine.send(script=True)

    assert answer.status_code == 409
    both = nima.get(answer.json["both"]).text
    assert "&amp;lt; 7" in both
    assert "&amp;lt; 9" in both


def test_what_a_script_kept_over_a_save_that_stands_no_more_lies_beside_it(nima, draft):
    editor = Editor(nima, draft)
    editor.fill("t", 0, "< 7")
    editor.send(script=True)  # the first save is one with this one now
    other = Editor(nima, draft)
    editor.fill("t", 0, "< 9")

    answer = editor.send(script=True)

    assert answer.status_code in (200, 409)
    if answer.status_code == 200:
        other.show()
        assert ["t", "< 9"] in other.fields
    else:
        assert "&amp;lt; 9" in nima.get(answer.json["both"]).text


def test_a_decision_that_is_no_table_is_edited_as_text_and_others_are_left_alone(nima, draft):
    literal = (
        '<decision id="twice" name="Twice"><literalExpression><text>2 * 2</text>'
        "</literalExpression></decision>"
    )
    other = '<decision id="rows" name="Rows"><relation/></decision>'
    text = LIMITS.replace("<dmndi:DMNDI>", f"{literal}{other}<dmndi:DMNDI>")
    nima.post(f"{draft}/files/{FILE}", json={"text": text, "version": 2})
    address = f"{draft}/decisions/{FILE}"
    page = nima.get(address, query_string={"decision": "twice"}).text
    version = page.partition('name="version" value="')[2].partition('"')[0]

    data = {"decision": "twice", "version": version, "text": "2 < 3"}
    assert nima.post(address, data=data).status_code == 303

    assert nima.get(f"{draft}/raw/{FILE}").text == text.replace("2 * 2", "2 &lt; 3")
    assert "no table and no single" in nima.get(address, query_string={"decision": "rows"}).text


def test_a_new_table_is_begun_and_an_odd_id_refused(nima, draft):
    odd = nima.post(f"{draft}/decisions", data={"decision": "../x", "title": "x"})
    begun = nima.post(f"{draft}/decisions", data={"decision": "who_signs", "title": "<b>"})

    assert odd.status_code == 422
    page = nima.get(begun.location).text
    assert "Nothing is wrong" in page or "worth a look" in page
    assert "<b>" not in page.partition("<main")[2]


def test_hostile_files_and_names_are_shown_as_text(nima, draft):
    evil = LIMITS.replace(
        'name="سقف‌ها"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"', 1
    ).replace('label="مبلغ"', 'label="&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;"')
    nima.post(f"{draft}/files/{FILE}", json={"text": evil, "version": 2})

    page = nima.get(f"{draft}/decisions/{FILE}").text

    assert "alert(2)" in page
    assert "<script>alert" not in page


def test_only_analysts_change_and_auditors_look(signed_in, draft):
    auditor = signed_in("auditor")

    page = auditor.get(f"{draft}/decisions/{FILE}")

    assert page.status_code == 200
    assert "readonly" in page.text
    assert (
        auditor.post(f"{draft}/decisions/{FILE}", data={"decision": "approver"}).status_code == 403
    )
    assert signed_in("buyer").get(f"{draft}/decisions/{FILE}").status_code == 403


def test_rows_and_cells_that_do_not_fit_together_are_no_request(nima, draft):
    data = {"decision": "approver", "version": "2", "row": ["0", "1"], "t": ["1"]}

    assert nima.post(f"{draft}/decisions/{FILE}", data=data).status_code == 400
    assert nima.get(f"{draft}/raw/{FILE}").text == LIMITS


def test_the_cases_that_would_have_gone_elsewhere_are_listed_with_what_was_said(nima, site):
    columns = table(
        ("amount",), [(("< 100",), ("1",)), ((">= 100",), ("2",))], outputs=[output("fee")]
    )
    model = file(inputs(amount="number"), decision(columns, id="fees", needs=("amount",)))
    deployments.deploy(site.unit_of_work(), fees_area(model), at=NOON)
    for amount in (40, 90, 150):
        begin(site, "p", at=NOON, amount=amount)
    page = nima.get("/studio").text
    bundle = page.partition('value="fees"><input type="hidden" name="bundle" value="')[2][:64]
    draft = nima.post("/studio", data={"area": "fees", "title": "x", "bundle": bundle}).location
    changed = model.decode().replace("100", "50")
    nima.post(f"{draft}/files/fees.dmn", json={"text": changed, "version": 1})
    asked = f"{draft}/decided/fees.dmn?decision=fees"

    found = nima.get(asked).text

    [way] = _at(found, "//table[not(contains(@class, 'as-cards'))]/tbody/tr")
    [row] = _at(found, "//table[contains(@class, 'as-cards')]/tbody/tr")
    assert [each.text_content() for each in way] == ["1", "2", "1"]
    assert " ".join(row.text_content().split()).endswith("amount: 90 1 1 2")
    assert "/cases/" in row.xpath(".//a/@href")[0]
    assert "Only 3 decisions can be compared" in found
    [behind] = [each for each in _at(found, "//a/@href") if "way=" in each]
    assert "<bdi>90</bdi>" in nima.get(behind).text
    assert "<bdi>90</bdi>" not in nima.get(f"{asked}&way=none").text
    taken = nima.get(f"{asked}&take=csv")
    assert taken.mimetype == "text/csv"
    [heading, line] = taken.text.removeprefix("\ufeff").splitlines()
    assert (
        heading == "Case,Business key,Decided on,amount,Then,Deployed now,This draft,Not compared"
    )
    assert line.split(",")[3:] == ["90", "1", "1", "2", ""]
    assert nima.get(f"{asked}&take=pdf").status_code == 404
    assert nima.get(f"{asked}&take=csv&from=1405/13/45").status_code == 422
    assert "No such case" in nima.get(f"{asked}&from=1390/01/01&to=1390/01/02").text
    turned = nima.get(f"{asked}&from=1400/02/02&to=1400/02/01")
    assert turned.status_code == 422
    assert "The end lies before the beginning." in turned.text
    wrong = nima.get(f"{asked}&from=1405/13/45")
    assert wrong.status_code == 422
