"""Cases taken to another version from a page: mapped, tried on all, done, undone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.jobs import run_due
from engine.model.definition import Definition
from engine.model.instance import instance_table
from engine.storage.bundles import latest
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ASKED = {"process": "purchase", "from": "1", "to": "2"}


@pytest.fixture
def other_version(site: Database) -> Database:
    """The site, with a version in which the step of the buyer has another id."""
    with site.reader() as session:
        bundle = latest(session, "purchase").bundle
    files = {
        name: content.replace(b'"describe"', b'"draw_up"').replace(b">describe<", b">draw_up<")
        for name, content in bundle.files.items()
    }
    files["process.toml"] = files["process.toml"].replace(b"describe", b"draw_up")
    deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON)
    return site


def _version(site: Database, case: UUID) -> int:
    with site.reader() as session:
        asked = select(Definition.version).join(
            instance_table, instance_table.c.definition_id == Definition.id
        )
        return session.scalars(asked.where(instance_table.c.id == case)).one()


def _post(client: FlaskClient, act: str, **more: str) -> TestResponse:
    posted = {
        **ASKED,
        "act": act,
        "reason": "گام روشن‌تر",
        "to.purchase.start": "start",
        "to.purchase.approve": "approve",
        **more,
    }
    return client.post("/monitoring/migrations", data=posted)


def test_what_has_no_like_in_the_other_version_is_shown_first_and_may_be_chosen(
    other_version: Database, a_purchase: Purchase, signed_in: Browser
):
    page = signed_in("admin").get("/monitoring/migrations", query_string=ASKED)

    before_details, _, _ = page.text.partition("<details")
    assert page.status_code == 200
    assert 'name="to.purchase.describe"' in before_details
    assert '<option value="draw_up" selected' in before_details  # alike, and of the same name
    assert page.text.count("data-diagram-url=") == 2
    assert "&#34;describe&#34;: &#34;changed&#34;" in page.text


def test_a_try_tells_which_cases_cannot_go_and_why_and_the_mapping_is_changed_from_there(
    site: Database, a_purchase: Purchase, signed_in: Browser, request: pytest.FixtureRequest
):
    case, _ = a_purchase()
    request.getfixturevalue("other_version")
    admin = signed_in("admin")

    tried = _post(admin, "try")
    run_due(site, lambda: NOON)
    page = admin.get(tried.location)

    assert "ناموفق" in text_of(page.text)
    assert "describe" in page.text
    assert "پرونده اینجا منتظر است" in text_of(page.text)
    assert "waits here" not in page.text
    assert _version(site, case) == 1
    again = admin.get(f"/monitoring/migrations?batch={tried.location.rpartition('/')[2]}")
    assert 'name="to.purchase.describe"' in again.text


def test_what_was_tried_is_done_and_undone(
    site: Database, a_purchase: Purchase, signed_in: Browser, request: pytest.FixtureRequest
):
    case, _ = a_purchase()
    request.getfixturevalue("other_version")
    admin = signed_in("admin")
    tried = _post(admin, "try", **{"to.purchase.describe": "draw_up"})
    run_due(site, lambda: NOON)

    done = admin.post(f"{tried.location}/migrate", data={"reason": "آزموده شد"})
    run_due(site, lambda: NOON)
    assert _version(site, case) == 2

    undone = admin.post(f"{done.location}/undo", data={"reason": "زود بود"})
    run_due(site, lambda: NOON)
    assert _version(site, case) == 1
    assert "انجام‌شده" in text_of(admin.get(undone.location).text)


def test_a_batch_is_paused_and_taken_up_again_from_its_page(
    site: Database, a_purchase: Purchase, signed_in: Browser, request: pytest.FixtureRequest
):
    case, _ = a_purchase()
    request.getfixturevalue("other_version")
    admin = signed_in("admin")
    begun = _post(admin, "migrate", **{"to.purchase.describe": "draw_up"})

    admin.post(f"{begun.location}/pause")
    run_due(site, lambda: NOON)
    assert _version(site, case) == 1
    assert "متوقف" in text_of(admin.get(begun.location).text)

    admin.post(f"{begun.location}/resume")
    run_due(site, lambda: NOON)
    assert _version(site, case) == 2


def test_without_a_reason_nothing_begins_and_what_was_chosen_stays(
    site: Database, a_purchase: Purchase, signed_in: Browser, request: pytest.FixtureRequest
):
    a_purchase()
    request.getfixturevalue("other_version")
    admin = signed_in("admin")

    page = _post(admin, "try", reason=" ", **{"to.purchase.describe": "draw_up"})

    assert page.status_code == 422
    assert 'id="reason-problem"' in page.text
    assert '<option value="draw_up" selected' in page.text


def test_auditors_read_batches_and_change_nothing_and_others_do_not_see_them(
    site: Database, a_purchase: Purchase, signed_in: Browser, request: pytest.FixtureRequest
):
    a_purchase()
    request.getfixturevalue("other_version")
    begun = _post(signed_in("admin"), "try")
    auditor, buyer = signed_in("auditor"), signed_in("buyer")

    assert auditor.get(begun.location).status_code == 200
    assert auditor.post(f"{begun.location}/cancel").status_code == 403
    assert _post(auditor, "try").status_code == 403
    assert buyer.get(begun.location).status_code == 403
    assert buyer.get("/monitoring/migrations").status_code == 403
