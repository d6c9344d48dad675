"""The printed order bears the signature of everybody who signs the step that approves it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.catalogue.full_levels import FULL_LEVELS
from engine.connectors import SITE
from engine.queries import documents as queries
from engine.queries.documents import Filed
from engine.signing import detached
from engine.storage import papers, signatures
from processes.payments.tests.walking import Case, Treasury
from tests.kit import signing as kit
from tests.kit.sites import PASSWORD

SignedIn = Callable[[str], FlaskClient]


def opened(case: Case, group: str, browser: FlaskClient) -> str:
    """Take a group's step and open it; return the page."""
    task = case.waiting[f"sign_{group}"]
    assert browser.post(f"/tasks/{task.id}/claim").status_code == 303
    return str(browser.get(f"/tasks/{task.id}").text)


def answered(case: Case, group: str, browser: FlaskClient, page: str, outcome: str = "sign"):
    username, task = case.people[f"sign_{group}"], case.waiting[f"sign_{group}"]
    signs = kit.signed_fields(case.office.database, browser, username, page)
    data = {**signs, "outcome": outcome, "decline_note": "مبلغ درست نیست"}
    return browser.post(f"/tasks/{task.id}", data=data)


def printed(case: Case) -> tuple[Filed, bytes]:
    """Return the order's paper and the file as it stands."""
    with case.office.database.reader() as session:
        every = queries.of_case(session, case.instance_id, case.office.actor("treasurer"))
    [filed] = [each for each in every if each.counts]
    assert SITE.documents is not None
    with SITE.documents.open(filed.newest.sha256) as file:
        return filed, file.read()


def test_two_sign_one_paper_one_after_the_other(
    app: Flask, treasury: Treasury, signed_in: SignedIn, tmp_path: Path
):
    case = treasury.order(treasury.basis("V-1")).do("review")
    first, second = signed_in("unit_head"), signed_in("fin_head")
    page = opened(case, "b", second)
    filed, before = printed(case)
    assert filed.newest.name in page
    assert "امضای شما روی این برگه هم می‌نشیند" in page

    answers = [
        answered(case, "b", second, page),
        answered(case, "a", first, opened(case, "a", first)),
    ]

    assert [each.status_code for each in answers] == [303, 303], answers[-1].text
    filed, content = printed(case)
    assert (filed.newest.number, content.startswith(before)) == (3, True)
    verified = app.test_client().post(
        "/verify",
        data={"file": (BytesIO(content), "order.pdf")},
        headers={"Accept": "application/json"},
    )
    said = verified.get_json()
    assert [each["result"] for each in said["signatures"]] == ["TOTAL-PASSED"] * 2
    assert [each["level"] for each in said["signatures"]] == ["L2", "L2"]
    assert said["isKept"] is True
    if shutil.which("pdfsig"):
        (tmp_path / "order.pdf").write_bytes(content)
        asked = ["pdfsig", "-nocert", str(tmp_path / "order.pdf")]
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        assert told.count("Signature is Valid.") == 2


def test_who_declines_signs_no_paper_and_the_order_that_is_reviewed_again_has_a_new_one(
    treasury: Treasury, signed_in: SignedIn
):
    case = treasury.order(treasury.basis("V-1")).do("review")
    browser = signed_in("unit_head")
    before, _ = printed(case)

    assert answered(case, "a", browser, opened(case, "a", browser), "decline").status_code == 303

    treasury.run_jobs()
    assert printed(case)[0].newest.number == 1
    case.do("review")
    again, _ = printed(case)
    assert again.id != before.id


def test_a_paper_that_nobody_has_printed_yet_is_printed_for_who_signs_it(
    treasury: Treasury, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    case = treasury.order(treasury.basis("V-1"))
    with monkeypatch.context() as still:
        still.setattr(treasury, "run_jobs", lambda: 0)
        case.do("review")
    browser = signed_in("unit_head")
    with treasury.database.reader() as session:
        assert papers.being_printed(session, case.instance_id, ["order"])

    sent = answered(case, "a", browser, opened(case, "a", browser))

    assert sent.status_code == 303, sent.text
    assert printed(case)[0].newest.number == 2


def test_without_its_paper_nothing_is_signed(
    treasury: Treasury, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as closed:
        closed.setattr(SITE, "press", None)
        case = treasury.order(treasury.basis("V-1")).do("review")
    browser = signed_in("unit_head")

    refused = answered(case, "a", browser, opened(case, "a", browser))

    assert refused.status_code == 422
    assert "هنوز چاپ نشده است" in refused.text
    assert "sign_a" in case.waiting


def enrolled(treasury: Treasury, browser: FlaskClient, username: str = "unit_head") -> None:
    """Give somebody a certificate."""
    seen = f'name="_seen" value="{"0" * 64}"'
    kit.signed_fields(treasury.database, browser, username, seen)


def listed(cases: list[Case], browser: FlaskClient) -> str:
    ids = [str(each.waiting["sign_a"].id) for each in cases]
    return str(browser.post("/inbox/together/sign", data={"ticked": "1", "task": ids}).text)


def signed_together(page: str, browser: FlaskClient, password: str = kit.SIGNING_PASSWORD):
    seen = dict(re.findall(r'name="(seen-[0-9a-f-]{36})" value="([0-9a-f]{64})"', page))
    ids = [each.removeprefix("seen-") for each in seen]
    data = {**seen, "task": ids, "listed": ids, "outcome": "sign", "password": password}
    return browser.post("/inbox/together/signed", data=data)


def test_several_orders_are_signed_in_one_act_from_a_list_that_says_what_is_signed(
    app: Flask, treasury: Treasury, signed_in: SignedIn
):
    cases = [treasury.order(treasury.basis(f"V-{each}")).do("review") for each in (1, 2, 3)]
    browser = signed_in("unit_head")
    opened(cases[0], "a", browser)
    enrolled(treasury, browser)
    large = treasury.order(treasury.basis("V-4", net=50_000_000_001)).do("review")
    page = listed([*cases, large], browser)
    assert "۱۵٬۰۰۰٬۰۰۰" in page
    assert "کنار گذاشته شد، چون هر یک جداگانه پاسخ داده می‌شود: ۱" in page
    assert "۵۰٬۰۰۰٬۰۰۰٬۰۰۱" not in page, "what three sign is looked at by itself"
    forced = {"task": [str(large.waiting["sign_a"].id)], "outcome": "sign"}
    key = {"password": kit.SIGNING_PASSWORD}
    told = browser.post("/inbox/together/signed", data=forced | key).text
    assert "این مرحله جداگانه پاسخ داده می‌شود" in told
    assert "sign_a" in large.waiting
    assert all(printed(each)[0].newest.name in page for each in cases)
    cases[2].do("sign_b", "sign")

    wrong = signed_together(page, browser, "another password")
    assert wrong.status_code == 422
    assert "کلید را باز نمی‌کند" in wrong.text
    done = signed_together(page, browser).text

    assert re.search(r"<h1>[^<]*۲ · [^<]*۱</h1>", done)
    assert "پرونده پس از این امضا تغییر کرده است" in done
    assert ["sign_a" in each.waiting for each in cases] == [False, False, True]
    assert cases[2].waiting["sign_a"].holder is None
    assert [printed(each)[0].newest.number for each in cases] == [2, 2, 1]
    again = signed_together(listed(cases[2:], browser), browser).text
    assert re.search(r"<h1>[^<·]*۱</h1>", again)


def test_a_program_signs_several_orders_and_is_told_which_were_refused_and_why(
    treasury: Treasury, signed_in: SignedIn
):
    cases = [treasury.order(treasury.basis(f"V-{each}")).do("review") for each in (1, 2)]
    browser, asks = signed_in("unit_head"), {"Accept": "application/json"}
    opened(cases[0], "a", browser)
    enrolled(treasury, browser)
    first, second = (str(each.waiting["sign_a"].id) for each in cases)
    shown = browser.post("/inbox/together/sign", data={"task": [first, second]}, headers=asks)
    rows = shown.get_json()["listed"]
    assert [(each["task"], each["amount"]) for each in rows] == [
        (first, 5_000_000),
        (second, 5_000_000),
    ]
    told = {f"seen-{each['task']}": each["seen"] for each in rows} | {"outcome": "sign"}
    told["password"] = kit.SIGNING_PASSWORD

    none = browser.post("/inbox/together/signed", data=told, headers=asks)
    assert (none.status_code, none.get_json()["code"]) == (422, "GEN-NOTHING-CHOSEN")
    cases[1].do("sign_b", "sign")
    done = browser.post(
        "/inbox/together/signed", data=told | {"task": [first, second]}, headers=asks
    )

    assert done.get_json()["signed"] == [{"task": first}]
    [refused] = done.get_json()["refused"]
    assert refused["task"] == second
    assert [each["code"] for each in refused["problems"]] == ["SIG-008"]
    assert ["sign_a" in each.waiting for each in cases] == [False, True]


def test_a_machine_signs_with_the_key_the_site_holds_or_is_told_why_not(
    app: Flask, treasury: Treasury, signed_in: SignedIn
):
    case = treasury.order(treasury.basis("V-1")).do("review")
    browser = signed_in("unit_head")
    opened(case, "a", browser)
    enrolled(treasury, browser)
    machine, task = app.test_client(), f"/engine-rest/task/{case.waiting['sign_a'].id}"
    shown = machine.get(f"{task}/variables", auth=("unit_head", PASSWORD))
    body = {"variables": {"outcome": {"value": "sign"}}}

    def sent(**headers: str):
        given = {name.replace("_", "-"): each for name, each in headers.items()}
        return machine.post(
            f"{task}/complete", json=body, auth=("unit_head", PASSWORD), headers=given
        )

    seen = {"Divan_Seen": shown.headers["Divan-Seen"]}
    refused = {
        "SIG-006": sent(**seen),
        "SIG-014": sent(Divan_Signing_Password="wrong", **seen),
        "SIG-008": sent(Divan_Signing_Password=kit.SIGNING_PASSWORD, Divan_Seen="0" * 64),
    }
    assert {code: code in each.text for code, each in refused.items()} == dict.fromkeys(
        refused, True
    )
    assert "sign_a" in case.waiting

    answer = sent(Divan_Signing_Password=kit.SIGNING_PASSWORD, **seen)

    assert answer.status_code == 204, answer.text
    assert printed(case)[0].newest.number == 2


def test_where_the_site_asks_the_full_level_only_the_national_root_signs(
    app: Flask,
    treasury: Treasury,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    root = kit.authority("National")
    (tmp_path / "roots.pem").write_bytes(kit.pem_of(root, at=treasury.clock()))
    made = app.extensions["divan"]
    of_site = replace(made.settings.signing, national=str(tmp_path / "roots.pem"))
    changed = replace(made, settings=replace(made.settings, signing=of_site))
    monkeypatch.setitem(app.extensions, "divan", changed)
    monkeypatch.setattr(FULL_LEVELS, "processes", frozenset({"payment_order"}))
    case = treasury.order(treasury.basis("V-1")).do("review")
    head, finance = signed_in("unit_head"), signed_in("fin_head")
    page = opened(case, "a", head)
    assert "(L3)" in page
    weak = answered(case, "a", head, page)
    assert "در سطح بالاتری امضا شود" in weak.text

    store = kit.holder(kit.code_of("unit_head"), of=root).store("of the file")
    by_file = {"means": "file", "store": (BytesIO(store), "key.p12"), "password": "of the file"}
    waits = waiting(case, "a", head)
    assert head.post(waits, data=by_file).status_code == 303
    enrolled(treasury, finance, "fin_head")
    waits = waiting(case, "b", finance)
    content = finance.get(f"{waits}/content.json").data
    pen = kit.holder(kit.code_of("fin_head"), of=root).pen
    cms = detached.sign(content, pen, treasury.clock())
    carried = {"means": "elsewhere", "signature": (BytesIO(cms), "signature.p7s")}
    answer = finance.post(waits, data=carried)

    assert answer.status_code == 303, answer.text
    assert "sign_b" not in case.waiting
    with treasury.database.reader() as session:
        kept = signatures.of_case(session, case.instance_id)
    assert [(each.username, each.level, each.method) for each in kept if each.name] == [
        ("treasurer", "L2", "elsewhere"),
        ("unit_head", "L3", "file"),
        ("unit_head", "L3", "file"),
        ("fin_head", "L3", "elsewhere"),
    ]


def waiting(case: Case, group: str, browser: FlaskClient) -> str:
    """Send an answer that is signed otherwise; return where it waits."""
    task = case.waiting[f"sign_{group}"]
    browser.post(f"/tasks/{task.id}/claim")
    page = browser.get(f"/tasks/{task.id}").text
    seen = re.search(r'name="_seen" value="([0-9a-f]{64})"', page)
    assert seen is not None
    data = {"_seen": seen[1], "outcome": "sign", "_sign_otherwise": "1"}
    kept = browser.post(f"/tasks/{task.id}", data=data)
    assert kept.status_code == 303, kept.text
    return str(kept.location)
