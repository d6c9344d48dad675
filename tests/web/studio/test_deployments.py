"""Deployments on the workshop's pages: checked, asked for, approved, planned, put off."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from threading import Event

import pytest
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.scenarios import Outcome, Results
from engine.settings import StudioSettings
from engine.storage.bundles import latest
from engine.storage.database import Database
from tests.kit.languages import foreign_words
from tests.web.conftest import PURCHASE, text_of
from webapp.studio.deploying import checks, pages, running

MODEL = (PURCHASE / "purchase.bpmn").read_text(encoding="utf-8")
SETTINGS = (PURCHASE / "process.toml").read_text(encoding="utf-8")


@pytest.fixture
def draft(nima: FlaskClient, draft: str) -> str:
    """The address of a draft of what is deployed, with a change."""
    _save(nima, draft, "process.toml", SETTINGS + "\n# nothing else\n", 1)
    return draft


def _save(browser: FlaskClient, draft: str, name: str, text: str, version: int) -> None:
    answer = browser.post(f"{draft}/files/{name}", json={"text": text, "version": version})
    assert answer.status_code == 200, answer.text


def _ask(browser: FlaskClient, draft: str, save: str = "2", **said: str):
    return browser.post(
        f"{draft}/deploy", data={"save": save, "note": "because <b>it</b> is quicker", **said}
    )


def _version(site: Database) -> int:
    with site.reader() as session:
        return latest(session, "purchase").version


def test_a_second_analyst_sees_what_changes_and_what_runs_and_approves(
    nima,
    roya,
    draft,
    site,
    a_purchase,
):
    a_purchase()
    page = text_of(nima.get(f"{draft}/deploy").text)
    assert "Nothing stands against it" in page or "چیزی مانع" in page

    asked = _ask(nima, draft)
    assert asked.status_code == 303
    assert nima.post(f"{asked.location}/approve").status_code == 403
    listed = roya.get("/studio/deployments").text
    assert "because &lt;b&gt;it&lt;/b&gt; is quicker" in listed
    seen = roya.get(asked.location).text
    assert "describe" in seen or "شرح" in seen
    assert _version(site) == 1

    assert roya.post(f"{asked.location}/approve").status_code == 303

    assert _version(site) == 2
    assert roya.get(asked.location).status_code == 200
    assert nima.get("/studio/purchase/compare").status_code == 200


def test_all_reasons_stand_on_the_page_at_once_with_what_was_typed(nima, draft, site):
    wrong = SETTINGS.replace('role = "UNIT_HEAD"', 'role = "ASTRONAUT"') + "\n[nowhere]\n"
    _save(nima, draft, "process.toml", wrong, 2)

    answer = _ask(nima, draft, "3", message="soon")

    assert answer.status_code == 422
    assert "DEP-010" in answer.text
    assert "DEP-021" in answer.text
    assert "because &lt;b&gt;it&lt;/b&gt; is quicker" in answer.text
    assert "soon" in answer.text
    assert _version(site) == 1


def test_what_stands_against_it_and_what_keeps_cases_is_said_in_persian(nima, draft, a_purchase):
    a_purchase("P-1")
    gone = MODEL.replace('id="describe"', 'id="tell"').replace('"describe"', '"tell"')
    gone = gone.replace(">describe<", ">tell<")
    _save(nima, draft, "purchase.bpmn", gone, 1)
    without = nima.get(f"{draft}/deploy").text
    wrong = SETTINGS.replace('"rial"', '"money"') + "\n[purchase.tasks.nowhere]\nlease = -1\n"
    _save(nima, draft, "process.toml", wrong, 2)
    unreadable = nima.get(f"{draft}/deploy").text

    assert "گام describe در نمودار نیست" in text_of(without)
    assert "برنامهٔ انتقال نمی‌گوید به کجا برود" in text_of(without)
    assert "هیچ‌یک از این‌ها نیست" in text_of(unreadable)
    assert "هیچ‌یک از این‌ها نیست" in text_of(nima.get(draft).text)
    for page in (without, unreadable):
        assert foreign_words(page, "fa", known=("Quicker", "P-1")) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({"note": ""}, "note", id="no note"),
        pytest.param({"planned/date": "1399/01/01", "planned/time": "08:00"}, "planned", id="past"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(nima, draft, said, field):
    answer = _ask(nima, draft, **said)

    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text


def test_who_asks_for_what_somebody_changed_meanwhile_is_told_and_loses_nothing(
    nima,
    roya,
    draft,
):
    _save(roya, draft, "process.toml", SETTINGS + "\n# hers\n", 2)

    answer = _ask(nima, draft, "2")

    assert answer.status_code == 409
    assert "because &lt;b&gt;it&lt;/b&gt; is quicker" in answer.text
    assert 'name="save" value="3"' in answer.text


def test_a_planned_one_is_listed_and_can_be_withdrawn(nima, roya, draft):
    asked = _ask(nima, draft, **{"planned/date": "1405/06/01", "planned/time": "08:00"})
    assert asked.status_code == 303, text_of(asked.text)
    roya.post(f"{asked.location}/approve")
    assert (
        "1405/06/01" in nima.get("/studio/deployments").text
        or "۱۴۰۵" in nima.get("/studio/deployments").text
    )

    assert nima.post(f"{asked.location}/withdraw").status_code == 303

    assert roya.post(f"{asked.location}/approve").status_code == 409


def test_a_refusal_without_a_reason_is_said_beside_the_field(nima, roya, draft):
    asked = _ask(nima, draft)

    assert roya.post(f"{asked.location}/refuse", data={"reason": ""}).status_code == 422
    assert roya.post(f"{asked.location}/refuse", data={"reason": "no"}).status_code == 303
    assert "no" in nima.get("/notices").text


def test_who_watches_reads_and_decides_nothing(nima, draft, signed_in):
    asked = _ask(nima, draft)
    auditor = signed_in("auditor")

    assert auditor.get(asked.location).status_code == 200
    assert auditor.post(f"{asked.location}/approve").status_code == 403
    assert signed_in("buyer").get(asked.location).status_code == 403
    assert "deployment" in auditor.get("/access/log?kind=deployment_asked").text


def test_of_a_suspended_process_no_case_is_started_and_the_page_says_why(nima, signed_in):
    address = "/studio/processes/purchase/suspension"
    assert nima.post(address, data={"reason": ""}).status_code == 422
    assert nima.post(address, data={"reason": "year <b>closed</b>"}).status_code == 303

    buyer = signed_in("buyer")
    assert "year &lt;b&gt;closed&lt;/b&gt;" in buyer.get("/start").text
    refused = buyer.get("/start/purchase")
    assert refused.status_code == 409
    assert "year &lt;b&gt;closed&lt;/b&gt;" in refused.text
    assert buyer.post(address, data={"reason": "x"}).status_code == 403

    assert nima.post(f"{address}/end").status_code == 303
    assert buyer.get("/start/purchase").status_code == 200


def test_what_two_saved_of_one_file_is_put_together_or_one_is_chosen(nima, roya, draft):
    """Three lines apart both can stand; the same line has to be chosen."""
    base = "a = 1\nb = 1\nc = 1\nd = 1\n"
    version = nima.post(f"{draft}/files/x.toml", json={"text": base, "version": 0}).json["version"]
    hers, mine = base.replace("a = 1", "a = 2"), base.replace("d = 1", "d = 2")
    _save(roya, draft, "x.toml", hers, version)
    moved = nima.post(f"{draft}/files/x.toml", json={"text": mine, "version": version})
    assert moved.status_code == 409

    page = nima.get(moved.json["both"])
    assert "/merge/x.toml" in page.text
    saved = text_of(page.text).split("ذخیره‌شده توسط ")[1:]
    assert [each.split("،")[0] for each in saved] == ["تحلیلگر رویا", "تحلیلگر نیما"]
    assert "&lt;time" not in page.text
    both = {"mine": str(moved.json["mine"]), "version": str(moved.json["theirs"])}
    assert nima.post(f"{draft}/merge/x.toml", data=both).status_code == 303
    assert nima.get(f"{draft}/raw/x.toml").text == "a = 2\nb = 1\nc = 1\nd = 2\n"
    assert nima.post(f"{draft}/merge/x.toml", data=both).status_code == 409

    clash = nima.post(
        f"{draft}/files/x.toml", json={"text": base.replace("a = 1", "a = 9"), "version": version}
    )
    assert "/merge/x.toml" not in nima.get(clash.json["both"]).text


def test_a_deployed_version_is_put_back_into_a_draft_and_begins_one(nima, draft):
    page = nima.get(draft).text
    bundle = page.partition('<select id="restored"')[2].partition('value="')[2].partition('"')[0]

    restored = nima.post(f"{draft}/version", data={"bundle": bundle, "version": "2"})

    assert restored.status_code == 303
    assert nima.get(f"{draft}/raw/process.toml").text == SETTINGS
    assert nima.post(f"{draft}/version", data={"bundle": "x", "version": "3"}).status_code == 404
    assert "begin-of" in nima.get("/studio/purchase/compare").text


def test_a_draft_goes_to_the_repository_and_is_taken_from_it_into_another(
    nima, draft, app, tmp_path, signed_in
):
    assert "/git/publish" not in nima.get(draft).text
    bare = tmp_path / "areas.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
    known = app.extensions["divan"]
    studio = StudioSettings(git_repository=str(bare))
    settings = replace(known.settings, studio=studio)
    app.extensions["divan"] = replace(known, settings=settings)
    assert "/git/publish" in nima.get(draft).text

    assert nima.post(f"{draft}/git/publish", data={"note": "x", "what": "draft"}).status_code == 303
    assert nima.post(f"{draft}/git/publish", data={"what": "deployed"}).status_code == 303
    asked = ["git", "--git-dir", str(bare), "rev-list", "main"]
    commits = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    log = signed_in("auditor").get("/access/log?kind=area_published").text
    assert [each for each in commits if each[:10] not in log] == []
    assert nima.post(f"{draft}/git/take", data={"version": "2"}).status_code == 303
    assert nima.get(f"{draft}/raw/process.toml").text == SETTINGS

    broken = replace(settings, studio=StudioSettings(git_repository="ext::sh -c id"))
    app.extensions["divan"] = replace(known, settings=broken)
    refused = nima.post(f"{draft}/git/take", data={"version": "3"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text


def test_a_page_shows_what_else_was_found_while_the_tests_are_run_and_asking_says_so(
    nima, draft, monkeypatch
):
    began, over = Event(), Event()

    def slow(*_: object, **__: object) -> Results:
        began.set()
        assert over.wait(30)
        return Results((Outcome("tests/a.test.toml", None),))

    monkeypatch.setattr(running, "run_all", slow)
    monkeypatch.setattr(pages, "GLANCE", 0)
    monkeypatch.setattr(checks, "PATIENCE", 0)
    _save(nima, draft, "tests/a.test.toml", "# not one yet\n", 0)
    waiting = nima.get(f"{draft}/deploy").text
    asked_at = waiting.partition('data-tested="')[2].partition('"')[0]

    assert began.wait(30)
    assert nima.get(asked_at).status_code == 204
    refused = _ask(nima, draft, "3")
    assert refused.status_code == 422
    assert "DEP-031" in refused.text
    over.set()
    assert running.tested(_bundle(nima, draft), within=30)
    assert nima.get(asked_at).status_code == 200
    answer = nima.get(f"{draft}/deploy").text
    assert "data-tested" not in answer
    assert "DEP-030" in answer


def _bundle(browser: FlaskClient, draft: str) -> Bundle:
    return Bundle.unpack(browser.get(f"{draft}/folder.zip").data)
