"""Steps that have to be signed: by a certificate of the site, a file, or elsewhere."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, documents
from engine.model.person import Actor
from engine.model.signature import SignatureRequest
from engine.signing import detached
from engine.storage import signatures
from engine.storage.database import Database
from forms.deploying import findings
from tests.kit import signing as kit
from tests.kit.sites import NOON, PASSWORD, Clock
from tests.web.conftest import PURCHASE, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
APPROVED = {"outcome": "approve"}


def deploy(site: Database, declared: str) -> None:
    """Deploy the purchase with a level of signature at its approval."""
    files = dict(Bundle.read(PURCHASE).files)
    text = files["process.toml"].decode()
    files["process.toml"] = text.replace("confirm = true", declared, 1).encode()
    deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON, forms=findings)


@pytest.fixture
def to_sign(
    site: Database, a_purchase: Purchase, signed_in: Browser
) -> tuple[FlaskClient, UUID, UUID]:
    """The head's browser before an approval of level L2 that is his."""
    deploy(site, 'confirm = true\nsign = "L2"')
    case, task = a_purchase(sent=True)
    head = signed_in("head")
    assert head.post(f"/tasks/{task}/claim").status_code == 303
    return head, case, task


def signatures_of(site: Database, case: UUID) -> list[tuple[str, str, str | None]]:
    with site.reader() as session:
        found = signatures.of_case(session, case)
        return [(each.username, each.level, each.serial) for each in found]


def sent(browser: FlaskClient, task: UUID, password: str = kit.SIGNING_PASSWORD, **more: str):
    data = {**APPROVED, "_seen": shown(browser, task), "password": password, **more}
    return browser.post(f"/tasks/{task}", data=data)


def shown(browser: FlaskClient, task: UUID) -> str:
    """Return what the page says of the state it shows; nothing where no certificate signs."""
    found = re.search(r'name="_seen" value="([0-9a-f]{64})"', browser.get(f"/tasks/{task}").text)
    return found[1] if found else ""


@pytest.mark.parametrize("otherwise", [{}, {"_sign_otherwise": "1"}], ids=["here", "otherwise"])
def test_what_was_not_shown_is_not_signed(
    app: Flask,
    site: Database,
    to_sign: tuple[FlaskClient, UUID, UUID],
    otherwise: Mapping[str, str],
):
    head, case, task = to_sign
    kit.enrol(site, app.extensions["divan"].vault, "head")
    before = shown(head, task)
    added = {"files": (io.BytesIO(b"a,b\n1,2\n"), "lines.csv")}
    head.post(f"/cases/{case}/documents?task={task}", data=added)

    refused = sent(head, task, _seen=before, **otherwise)

    assert refused.status_code == 422
    assert TEXTS["SIG-008"] in text_of(refused.text)
    assert signatures_of(site, case) == []
    assert f'value="{before}"' not in refused.text
    assert sent(head, task, **otherwise).status_code == 303


def test_an_answer_is_signed_with_the_own_certificate_and_the_trail_says_so(
    app: Flask, site: Database, to_sign: tuple[FlaskClient, UUID, UUID]
):
    head, case, task = to_sign
    given = kit.enrol(site, app.extensions["divan"].vault, "head")
    page = head.get(f"/tasks/{task}").text
    assert "گذرواژهٔ امضای شما (L2)" in page
    assert "آنچه می‌بینید امضا می‌شود" in page

    answered = sent(head, task)

    assert answered.status_code == 303, text_of(answered.text)
    serial = f"{given.certificate.serial_number:x}"
    assert signatures_of(site, case) == [("head", "L2", serial)]
    assert "امضاشده در سطح L2" in text_of(head.get(f"/cases/{case}?tab=trail").text)
    assert "پاسخ تأیید خرید" in text_of(head.get(f"/cases/{case}?tab=file").text)


def test_what_is_signed_are_canonical_bytes_that_name_case_step_answer_and_chain(
    app: Flask, site: Database, to_sign: tuple[FlaskClient, UUID, UUID]
):
    head, case, task = to_sign
    kit.enrol(site, app.extensions["divan"].vault, "head")

    sent(head, task)

    with site.reader() as session:
        [kept] = signatures.of_case(session, case)
    assert kept.content is not None
    assert kept.cms is not None
    said = json.loads(kept.content)
    assert said["caseId"] == str(case)
    assert (said["docType"], said["id"], said["step"]) == ("act", str(task), "approve")
    assert (said["outcome"], said["prevHash"]) == ("approve", "0" * 64)
    assert (said["nationalCode"], said["level"]) == (kit.CODE, "L2")
    assert detached.verify(kept.content, kept.cms, kit.trust(), NOON).has_passed
    changed = kept.content.replace(b'"approve"', b'"reject!"')
    assert detached.verify(changed, kept.cms, kit.trust(), NOON).code == "SIG-001"


@pytest.mark.parametrize(
    ("password", "code"),
    [("", "SIG-006"), ("another password", "SIG-014"), (PASSWORD, "SIG-014")],
    ids=["none", "wrong", "of the account"],
)
def test_nothing_is_signed_without_the_signing_password(
    app: Flask,
    site: Database,
    to_sign: tuple[FlaskClient, UUID, UUID],
    password: str,
    code: str,
):
    head, case, task = to_sign
    kit.enrol(site, app.extensions["divan"].vault, "head")

    data = {**APPROVED, "_seen": shown(head, task), "password": password}
    refused = head.post(f"/tasks/{task}", data=data, headers={"Accept": "application/json"})
    page = head.post(f"/tasks/{task}", data=data)

    assert (refused.status_code, refused.get_json()["code"]) == (422, code)
    assert (page.status_code, 'id="password-problem"' in page.text) == (422, True)
    assert refused.get_json()["messageFa"] != refused.get_json()["message"]
    assert signatures_of(site, case) == []
    assert head.get(f"/tasks/{task}").status_code == 200


def test_who_has_no_certificate_is_told_where_there_is_one(
    to_sign: tuple[FlaskClient, UUID, UUID],
):
    head, _case, task = to_sign

    assert "/account/certificate" in head.get(f"/tasks/{task}").text
    assert "گواهی‌ای برای امضا نیست" in text_of(sent(head, task).text)


def test_a_key_in_a_file_signs_once_and_is_kept_nowhere(
    app: Flask, site: Database, to_sign: tuple[FlaskClient, UUID, UUID]
):
    head, case, task = to_sign
    kit.enrol(site, app.extensions["divan"].vault, "head")
    given = kit.holder()

    answered = by_file(head, task, given)

    assert answered.status_code == 303
    assert signatures_of(site, case) == [("head", "L2", f"{given.certificate.serial_number:x}")]


def test_a_token_that_does_not_open_keeps_its_name_and_not_its_pin(
    app: Flask, to_sign: tuple[FlaskClient, UUID, UUID]
):
    head, _case, task = to_sign
    known = app.extensions["divan"]
    signing = dataclasses.replace(known.settings.signing, module="/no/such/module.so")
    settings = dataclasses.replace(known.settings, signing=signing)
    app.extensions["divan"] = dataclasses.replace(known, settings=settings)

    told = {"means": "token", "token": "mine<", "password": "4711-pin"}
    refused = head.post(waiting(head, task), data=told)

    assert refused.status_code == 422
    assert 'id="token" name="token" value="mine&lt;"' in refused.text
    assert "4711-pin" not in refused.text


def test_what_was_signed_elsewhere_is_carried_back(
    app: Flask, site: Database, to_sign: tuple[FlaskClient, UUID, UUID]
):
    head, case, task = to_sign
    kit.enrol(site, app.extensions["divan"].vault, "head")
    address = waiting(head, task)
    content = head.get(f"{address}/content.json").data
    signature = detached.sign(content, kit.holder().pen, NOON)

    of_other = detached.sign(content + b" ", kit.holder().pen, NOON)
    refused = carried(head, address, of_other)
    answered = carried(head, address, signature)

    assert (refused.status_code, answered.status_code) == (422, 303)
    assert TEXTS["SIG-001"] in text_of(refused.text)
    assert waiting_answers(site) == 0
    assert [level for _who, level, _serial in signatures_of(site, case)] == ["L2"]


def test_a_signature_of_a_case_that_has_changed_since_is_refused(
    app: Flask, site: Database, to_sign: tuple[FlaskClient, UUID, UUID]
):
    head, case, task = to_sign
    kit.enrol(site, app.extensions["divan"].vault, "head")
    address = waiting(head, task)
    content = head.get(f"{address}/content.json").data
    added = head.post(
        f"/cases/{case}/documents?task={task}",
        data={"files": (io.BytesIO(b"a,b\n1,2\n"), "lines.csv")},
    )
    assert added.status_code == 303

    refused = carried(head, address, detached.sign(content, kit.holder().pen, NOON))

    assert refused.status_code == 422
    assert TEXTS["SIG-008"] in text_of(refused.text)


def test_an_answer_waits_two_hours_for_its_signature_and_for_nobody_else(
    to_sign: tuple[FlaskClient, UUID, UUID], signed_in: Browser, clock: Clock
):
    head, _case, task = to_sign
    address = waiting(head, task)

    assert signed_in("both").get(address).status_code == 404
    clock.pass_time(timedelta(hours=2, minutes=1))
    assert signed_in("head").get(address).status_code == 404


def test_an_answer_nobody_signed_in_time_is_forgotten_by_the_workers(
    app: Flask, site: Database, to_sign: tuple[FlaskClient, UUID, UUID]
):
    head, _case, task = to_sign
    waiting(head, task)
    store = app.extensions["divan"].documents
    documents.sweep(site, store, NOON + timedelta(hours=1))
    assert waiting_answers(site) == 1

    documents.sweep(site, store, NOON + timedelta(hours=2, minutes=1))

    assert waiting_answers(site) == 0


def waiting_answers(site: Database) -> int:
    with site.reader() as session:
        return session.query(SignatureRequest).count()


def test_a_step_of_level_l1_asks_for_the_password_and_keeps_what_was_confirmed(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    deploy(site, 'sign = "L1"')
    case, task = a_purchase(sent=True)
    head = signed_in("head")
    head.post(f"/tasks/{task}/claim")

    refused, answered = sent(head, task, ""), sent(head, task, PASSWORD)

    assert (refused.status_code, answered.status_code) == (422, 303)
    assert signatures_of(site, case) == [("head", "L1", None)]


TEXTS = {
    "SIG-001": "آنچه امضا شده تغییر کرده است",
    "SIG-008": "پرونده پس از این امضا تغییر کرده است",
}


def waiting(browser: FlaskClient, task: UUID) -> str:
    """Send an answer that is signed otherwise; return where it waits."""
    kept = sent(browser, task, "", _sign_otherwise="1")
    assert kept.status_code == 303
    found = re.search(r"/tasks/[^?]+/sign/[0-9a-f-]{36}", kept.location)
    assert found is not None
    return found[0]


def by_file(browser: FlaskClient, task: UUID, given: kit.Holder):
    store = (io.BytesIO(given.store("of the file")), "key.p12")
    return browser.post(
        waiting(browser, task), data={"means": "file", "store": store, "password": "of the file"}
    )


def carried(browser: FlaskClient, address: str, signature: bytes):
    upload = (io.BytesIO(signature), "signature.p7s")
    return browser.post(address, data={"means": "elsewhere", "signature": upload})
