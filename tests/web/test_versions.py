"""Any two versions of an area beside each other: who sees them, and what they read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.commands import deployments
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.kit.versions import changed, purchase
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]
COMPARED = "/studio/purchase/compare"


@pytest.fixture
def second(site: Database) -> None:
    """The purchase deployed once more, a limit and a deadline changed."""
    first = purchase()
    new = changed(
        first,
        limits_dmn=("&lt; 2000000000", "&lt; 5000000000"),
        process_toml=("due = { days = 5 }", "due = { days = 3 }"),
        purchase_bpmn=('name="تأیید خرید"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"'),
    )
    for days, bundle in enumerate((first, new), 1):
        at = NOON + timedelta(days=days)
        deployments.deploy(site.unit_of_work(), bundle, at=at, by="admin")


@pytest.mark.both_databases
@pytest.mark.usefixtures("second")
def test_the_newest_is_compared_with_the_one_before_it_unless_others_are_asked_for(
    signed_in: Browser,
):
    page = text_of(signed_in("admin").get(COMPARED).text)

    assert "از نسخهٔ ۲ به نسخهٔ ۳" in page
    assert "راهبر سامانه" in page
    assert "مهلت: پیش‌تر ۵ روز؛ اکنون ۳ روز" in page
    assert "قاعدهٔ ۱، «مبلغ»" in page

    same = text_of(signed_in("admin").get(f"{COMPARED}?from=3&to=3").text)
    assert "هیچ تفاوتی نیست" in same


@pytest.mark.usefixtures("second")
def test_what_is_quoted_keeps_its_place_in_a_sentence_of_the_other_direction(signed_in: Browser):
    admin = signed_in("admin")
    admin.post("/language", data={"locale": "en"})

    page = admin.get(COMPARED).text

    assert "Small purchase version 3" in text_of(page)
    quoted = '<bdi class="quoted">“'
    assert f"diagram: {quoted}تأیید خرید”</bdi> → {quoted}&lt;script&gt;" in page


@pytest.mark.usefixtures("second")
def test_rows_of_decisions_stand_beside_each_other(signed_in: Browser):
    page = signed_in("admin").get(COMPARED).text

    assert '<code dir="auto">&lt; 2000000000</code></del>' in page
    assert '<code dir="auto">&lt; 5000000000</code></ins>' in page


@pytest.mark.usefixtures("second")
def test_what_a_model_is_called_is_text_and_never_markup(signed_in: Browser):
    page = signed_in("admin").get(COMPARED).text

    assert "<script>alert" not in page
    assert "alert(1)" in text_of(page)


@pytest.mark.usefixtures("second")
def test_a_diagram_of_each_version_is_given_with_its_marks(signed_in: Browser):
    admin = signed_in("admin")
    page = admin.get(COMPARED).text

    addresses = [each.partition('"')[0] for each in page.split('data-diagram-url="')[1:]]
    old, new = (admin.get(each.replace("&amp;", "&")) for each in addresses)

    assert "تأیید خرید" in old.text
    assert "تأیید خرید" not in new.text
    assert page.count("&#34;approve&#34;: &#34;changed&#34;") == 2


def test_one_version_alone_says_so(signed_in: Browser):
    page = text_of(signed_in("auditor").get(COMPARED).text)

    assert "هنوز تنها یک نسخه هست" in page


@pytest.mark.parametrize("who", ["buyer", "head"])
def test_who_does_not_draw_does_not_compare(signed_in: Browser, who: str):
    assert signed_in(who).get(COMPARED).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/studio/nothing/compare",
        f"{COMPARED}?from=1&to=99",
        f"{COMPARED}?from=x&to=1",
        f"{COMPARED}?to=draft-x",
        f"{COMPARED}?to=draft-0190d2a1-0000-7000-8000-000000000000",
        "/studio/purchase/versions/1/none.bpmn",
        "/studio/purchase/versions/1/process.toml",
    ],
)
def test_what_was_never_published_is_not_found(signed_in: Browser, path: str):
    assert signed_in("admin").get(path).status_code == 404
