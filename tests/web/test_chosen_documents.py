"""Forms that are answered with documents, and forms that show them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, documents, tasks
from engine.model.person import Actor
from engine.queries import documents as queries
from engine.queries import tasks as task_queries
from engine.storage.database import Database
from forms.deploying import findings
from tests.kit.papers import pdf, png
from tests.kit.sites import NOON
from tests.web.conftest import PURCHASE, described, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]

PICKER = {
    "type": "filepicker",
    "key": "papers",
    "label": "مدارک",
    "multiple": True,
    "validate": {"required": True},
}
PREVIEW = {
    "type": "documentPreview",
    "id": "shown",
    "label": "مدارک پیوست",
    "dataSource": "=papers",
}


def ask_for_documents(site: Database, *, check: bool = False) -> None:
    """Deploy forms of which one asks for documents, and the next shows them in two ways."""
    files = dict(Bundle.read(PURCHASE).files)
    shown = [PREVIEW, {**PICKER, "readonly": True}]
    for name, components in (("describe", [PICKER]), ("approve_purchase", shown)):
        form = json.loads(files[f"forms/{name}.form"])
        form["components"] += components
        if check:
            form.setdefault("divan", {})["check"] = True
        files[f"forms/{name}.form"] = json.dumps(form).encode()
    deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON, forms=findings)


@pytest.fixture
def taken(
    site: Database, a_purchase: Purchase, signed_in: Browser
) -> tuple[FlaskClient, UUID, UUID]:
    """A buyer's browser and the step he has taken, whose form asks for documents."""
    ask_for_documents(site)
    case, task = a_purchase()
    client = signed_in("buyer")
    client.post(f"/tasks/{task}/claim")
    return client, case, task


def choose(
    client: FlaskClient, case: UUID, task: UUID, content: bytes, name: str, **typed: str
) -> str:
    """Hand a document in for the field, as a browser without scripts does."""
    answer = client.post(
        f"/cases/{case}/documents?task={task}&field=papers&input=_file:papers",
        data={**typed, "_file:papers": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.location)


def drafts(site: Database, task: UUID, actor: Actor) -> dict[str, str]:
    with site.reader() as session:
        return dict(task_queries.page(session, task, actor).drafts)


def test_a_document_is_chosen_by_handing_it_in_and_outlives_a_refused_form(
    taken, site: Database, actor_of: ActorOf
):
    client, case, task = taken

    back = choose(client, case, task, pdf(), "یک.pdf", goods="کاغذ", amount="هزار")
    page = client.get(back).text
    papers = drafts(site, task, actor_of("buyer"))["papers"]
    refused = client.post(f"/tasks/{task}", data=described(amount="هزار", papers=papers))

    assert back == f"/tasks/{task}#papers"
    assert "یک.pdf" in page
    assert 'value="هزار"' in page  # all that was typed beside it is kept too
    assert refused.status_code == 422
    assert "یک.pdf" in refused.text
    with site.reader() as session:
        [document] = queries.of_case(session, case, actor_of("buyer"))
    assert (document.field, document.task_id, str(document.id)) == ("papers", task, papers)


def test_a_document_that_is_refused_is_said_beside_its_field_and_nothing_typed_is_lost(
    taken, site: Database, actor_of: ActorOf
):
    client, case, task = taken

    answer = client.post(
        f"/cases/{case}/documents?task={task}&field=papers&input=_file:papers",
        data={"goods": "کاغذ", "amount": "هزار", "_file:papers": (io.BytesIO(pdf()), "../a.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    [beside] = re.findall(r'id="papers-problem">.*?</p>', answer.text, re.DOTALL)
    assert "«a.pdf»" in text_of(beside)
    assert 'value="هزار"' in answer.text
    assert drafts(site, task, actor_of("buyer"))["goods"] == "کاغذ"
    with site.reader() as session:
        assert queries.of_case(session, case, actor_of("buyer")) == ()


def test_the_answer_holds_their_ids_and_a_later_step_shows_them(
    taken, site: Database, actor_of: ActorOf, signed_in: Browser
):
    client, case, task = taken
    choose(client, case, task, pdf(), "یک.pdf")
    first = drafts(site, task, actor_of("buyer"))["papers"]
    choose(client, case, task, png(), "دو.png", papers=first)
    papers = drafts(site, task, actor_of("buyer"))["papers"]

    sent = client.post(f"/tasks/{task}", data=described(papers=papers))

    assert sent.status_code == 303
    head = signed_in("head")
    [following] = [
        each.split('"')[0] for each in head.get("/inbox").text.split('href="/tasks/')[1:2]
    ]
    page = head.get(f"/tasks/{following}").text
    assert "یک.pdf" in page
    assert "مدارک پیوست" in page
    assert f"/cases/{case}/documents/" in page
    assert "?inline" in page  # the picture is shown in place


@pytest.mark.parametrize("papers", ["", "no-id", str(uuid4())], ids=["none", "no id", "unknown"])
def test_what_is_no_document_of_the_case_is_refused(taken, papers: str):
    client, _, task = taken

    refused = client.post(f"/tasks/{task}", data=described(papers=papers))

    assert refused.status_code == 422
    assert 'href="#papers"' in refused.text


def test_what_was_withdrawn_or_is_anothers_is_refused(
    taken, site: Database, a_purchase: Purchase, actor_of: ActorOf
):
    client, case, task = taken
    choose(client, case, task, pdf(), "یک.pdf")
    papers = drafts(site, task, actor_of("buyer"))["papers"]
    _, other = a_purchase("P-2")
    tasks.claim(site.unit_of_work(), other, actor=actor_of("buyer"), at=NOON)

    assert client.post(f"/tasks/{other}", data=described(papers=papers)).status_code == 422
    documents.withdraw(site.unit_of_work(), UUID(papers), "wrong", actor=actor_of("buyer"), at=NOON)
    assert client.post(f"/tasks/{task}", data=described(papers=papers)).status_code == 422


def test_a_form_that_only_shows_an_answer_names_its_documents(
    taken, site: Database, actor_of: ActorOf, signed_in: Browser
):
    client, case, task = taken
    choose(client, case, task, pdf(), "یک.pdf")
    papers = drafts(site, task, actor_of("buyer"))["papers"]

    assert client.post(f"/tasks/{task}", data=described(papers=papers)).status_code == 303

    head = signed_in("head")
    [following] = re.findall(r'href="/tasks/([0-9a-f-]{36})"', head.get("/inbox").text)[:1]
    page = text_of(head.get(f"/tasks/{following}").text)
    trail = text_of(head.get(f"/cases/{case}?tab=trail").text)
    assert "یک.pdf" in page
    assert "مدارک: یک.pdf" in trail
    assert papers not in page + trail


def test_the_check_before_sending_names_the_documents(
    site: Database, a_purchase: Purchase, actor_of: ActorOf, signed_in: Browser
):
    ask_for_documents(site, check=True)
    case, task = a_purchase()
    client = signed_in("buyer")
    client.post(f"/tasks/{task}/claim")
    choose(client, case, task, pdf(), "یک.pdf")

    check = text_of(client.get(f"/tasks/{task}?page=check").text)

    assert "مدارک یک.pdf" in check
    assert drafts(site, task, actor_of("buyer"))["papers"] not in check
