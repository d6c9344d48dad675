"""Open data: read without signing in, in both languages, and taken away whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.sdk import Session
from processes.transactions.pages import open_data
from processes.transactions.publication.events import Changed
from processes.transactions.queries import published
from processes.transactions.tests.standard import errors_of
from processes.transactions.tests.test_publishing import tell, to_contract
from processes.transactions.tests.walking import Office
from webapp.accounts import guessing

NUMBER = "D07-1404-T-0001"
OCID = f"ocds-xxxxxx-{NUMBER}"


@pytest.fixture
def told(office: Office) -> Office:
    """A tender up to its contract, and a request whose credit is reserved."""
    to_contract(office, NUMBER)
    office.approved(1_500_000_000)
    return office


@pytest.mark.parametrize(
    ("language", "word"), [("fa", "قرارداد جاری"), ("en", "Contract in force")]
)
def test_anybody_looks_at_what_was_published_in_both_languages(
    told: Office, client: FlaskClient, language: str, word: str
):
    client.post("/language", data={"locale": language})
    page = client.get("/open-data").text
    assert word in page
    assert NUMBER in page
    assert "کاغذ و لوازم" in page
    found = client.get("/open-data?q=آسفالت&stage=CONTRACT&method=PUBLIC").text
    assert "کاغذ و لوازم" not in found
    assert NUMBER in found
    shown = client.get(f"/open-data/process/{OCID}").text
    assert word in shown
    assert "شرکت نمونه ب" in shown
    assert client.get("/open-data/process/nothing").status_code == 404
    assert client.get("/open-data/process/nothing/record.json").status_code == 404


def test_a_signed_in_reader_has_the_rail_and_everybody_finds_the_way(
    told: Office, signed_in: Callable[[str], FlaskClient], client: FlaskClient
):
    assert 'class="rail"' in signed_in("fin_expert").get("/open-data").text
    assert "/open-data" in client.get("/sign-in").text


def test_what_is_taken_away_is_valid_by_the_standard(told: Office, client: FlaskClient):
    for path, schema in (
        (f"/open-data/process/{OCID}/record.json", "record-package"),
        ("/open-data/records.json", "record-package"),
        ("/open-data/releases.json", "release-package"),
    ):
        answer = client.get(path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert errors_of(schema, answer.get_json()) == []
        assert answer.get_json()["uri"].startswith("http://localhost/open-data/")
    lines = client.get("/open-data/releases.jsonl").text.splitlines()
    assert len(lines) == 5
    assert errors_of("release", json.loads(lines[0])) == []


def test_a_copy_is_fetched_again_only_when_more_was_published(told: Office, client: FlaskClient):
    path = f"/open-data/process/{OCID}/record.json"
    first = client.get(path)
    assert first.last_modified is not None
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(path, headers=since).status_code == 304

    told.clock.pass_time(timedelta(days=1))
    tell(told, NUMBER, Changed(at=told.clock(), amendment="1", reason="دیوار"))
    again = client.get(path, headers=known)
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]
    assert client.get(path, headers=since).status_code == 200


def test_pages_of_packages_lead_to_each_other(
    told: Office, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(published, "PACKAGE", 2)
    monkeypatch.setattr(published, "PAGE", 1)
    seen, path = [], "/open-data/releases.json"
    while path:
        answer = client.get(path)
        seen += [each["id"] for each in answer.get_json()["releases"]]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("<http://localhost")
    assert len(seen) == len(set(seen)) == 5
    assert client.get("/open-data/releases.json?page=9").status_code == 404
    assert "page=2" in client.get("/open-data/records.json").headers["Link"]
    assert "page=2" in client.get("/open-data").text


def test_who_takes_everything_again_and_again_is_slowed_down_and_a_copy_costs_nothing(
    told: Office, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(guessing, "PER_ADDRESS", 3)
    path = "/open-data/releases.jsonl"
    answers = [client.get(path) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "900"
    known = {"If-None-Match": answers[0].headers["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    assert client.get("/open-data").status_code == 200


def test_who_reads_process_after_process_is_slowed_down_as_a_page_and_as_data(
    told: Office, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(open_data, "LOOKS", 3)
    page, data = f"/open-data/process/{OCID}", f"/open-data/process/{OCID}/record.json"
    copy = client.get(data)
    answers = [client.get(each) for each in (page, data, page, data)]

    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    assert "یک ربع صبر کنید" in answers[2].text
    assert 'value="en"' in answers[2].text, "in the other language, too"
    assert answers[3].get_json()["code"] == "GEN-GUESSING"
    known = {"If-None-Match": copy.headers["ETag"]}
    assert client.get(data, headers=known).status_code == 304
    assert client.get("/open-data/releases.jsonl").status_code == 200, "counted apart"


def test_no_connection_is_held_while_a_slow_reader_takes_everything(
    told: Office, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(published, "PACKAGE", 2)
    held = Held()
    lines = published.all_lines(held.through(told.database.reader))

    taken = []
    for each in lines:
        assert held.now == 0, "a reader that stops here keeps no connection"
        taken.append(json.loads(each)["id"])

    assert (len(taken), held.taken) == (5, 3)
    assert len(set(taken)) == 5
    whole = client.get("/open-data/releases.jsonl").text.splitlines()
    assert taken == [json.loads(each)["id"] for each in whole]


class Held:
    """Counts the sessions that are open."""

    def __init__(self) -> None:
        self.now = self.taken = 0

    def through(
        self, reader: Callable[[], AbstractContextManager[Session]]
    ) -> Callable[[], AbstractContextManager[Session]]:
        """Return what opens sessions, counted."""

        @contextmanager
        def counted() -> Iterator[Session]:
            with reader() as session:
                self.now, self.taken = self.now + 1, self.taken + 1
                yield session
                self.now -= 1

        return counted


def test_nothing_published_yet_is_said(office: Office, client: FlaskClient):
    assert "releases.json" not in client.get("/open-data").text
    for path in ("releases.json", "records.json", "releases.jsonl"):
        assert client.get(f"/open-data/{path}").status_code == 404
