"""What is told of a running site, and what never is."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask, request
from flask.testing import FlaskClient

from engine.settings import LogSettings
from engine.watch import watched_by
from webapp.watching import logs
from webapp.watching.watcher import Watching

CANARY = "canary-4711-geheim"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything logged, as JSON lines."""
    sink = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    monkeypatch.setattr("sys.stderr", sink)
    logs.configure(LogSettings(format="json", level="debug"))
    yield sink
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def watching(app: Flask) -> Iterator[Watching]:
    """The engine tells the application's watcher."""
    watcher: Watching = app.extensions["divan-watching"]
    watched_by(watcher)
    yield watcher
    watched_by(None)


def lines(told: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(each) for each in told.getvalue().splitlines()]


def test_a_line_carries_only_fields_of_the_list(told: io.StringIO):
    structlog.get_logger().warning("job.failed", job="j1", body=CANARY, iban=CANARY)

    [line] = lines(told)
    assert {name: line[name] for name in ("event", "job", "level")} == {
        "event": "job.failed",
        "job": "j1",
        "level": "warning",
    }
    assert set(line) == {"event", "job", "level", "at"}


def test_an_unexpected_error_is_told_by_kind_and_places_without_its_message(told: io.StringIO):
    try:
        try:
            int(CANARY)
        except ValueError as inner:
            raise RuntimeError(CANARY) from inner
    except RuntimeError:
        structlog.get_logger().exception("worker.failed")
        logging.getLogger("anything").exception("it failed")
    structlog.get_logger().warning("job.failed", error=repr(ValueError(CANARY)))

    assert CANARY not in told.getvalue()
    first, second, third = lines(told)
    assert first["error"] == second["error"] == "RuntimeError < ValueError"
    assert "test_watching.py" in str(first["places"])
    assert third["error"] == "ValueError"


def test_every_line_of_a_request_carries_its_id_and_the_answer_too(
    client: FlaskClient, told: io.StringIO
):
    answer = client.get("/sign-in", headers={"X-Request-ID": "from-the-proxy-1"})

    assert answer.headers["X-Request-ID"] == "from-the-proxy-1"
    [line] = [each for each in lines(told) if each["event"] == "request"]
    assert (line["request"], line["route"], line["status"]) == (
        "from-the-proxy-1",
        "/sign-in",
        "200",
    )
    forged = client.get("/sign-in", headers={"X-Request-ID": "x\tforged line"})
    assert "forged" not in forged.headers["X-Request-ID"]


def test_figures_are_for_this_machine_unless_a_token_is_set(app: Flask, client: FlaskClient):
    assert client.get("/metrics").status_code == 200
    stranger = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.get("/metrics", environ_base=stranger).status_code == 404
    passed_on = {"X-Forwarded-For": "192.0.2.9"}
    assert client.get("/metrics", headers=passed_on).status_code == 404


def test_who_holds_the_token_reads_the_figures_from_anywhere(site, clock):
    token = "a token of sixteen or more"
    settings = dataclasses.replace(site.settings, log=LogSettings(metrics_token=token))
    client = dataclasses.replace(site, settings=settings).application(clock).test_client()
    stranger = {"REMOTE_ADDR": "192.0.2.9"}

    def ask(authorization: str) -> int:
        headers = {"Authorization": authorization}
        answer = client.get("/metrics", environ_base=stranger, headers=headers)
        return int(answer.status_code)

    assert ask(f"Bearer {token}") == 200
    assert [ask(each) for each in ("", "Bearer", "Bearer x", f"Basic {token}")] == [404] * 4
    assert client.get("/metrics").status_code == 404


@pytest.mark.both_databases
def test_figures_tell_of_requests_commands_jobs_and_what_waits(
    signed_in, watching: Watching, run_jobs
):
    contractor = signed_in("contractor")
    contractor.get("/inbox")
    contractor.get("/no-such-page-of-ours")
    run_jobs()

    text = contractor.get("/metrics").text

    request = 'divan_request_seconds_count{method="GET",route="/inbox",status="200"} 1.0'
    assert request in text
    assert 'divan_request_seconds_count{method="GET",route="none",status="404"} 1.0' in text
    assert 'divan_command_seconds_count{name="jobs.claim' in text
    assert "divan_database_up 1.0" in text
    assert "divan_oldest_job_seconds 0.0" in text


def test_what_people_type_reaches_no_log_no_figure_and_no_error_page(
    app: Flask, signed_in, told: io.StringIO, watching: Watching
):
    @app.post("/broken/<path:part>")
    def broken(part: str) -> str:
        raise ValueError(f"cannot read {part} {request.form}")

    app.config["TESTING"] = False  # errors are answered as in production
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = signed_in("contractor")
    secret = {"X-Token": CANARY, "User-Agent": CANARY}
    page = browser.post(f"/broken/{CANARY}?a={CANARY}", data={CANARY: CANARY}, headers=secret)
    browser.post("/sign-in", data={"username": CANARY, "password": CANARY})
    browser.post("/start/interim_statement", data={"contract_id": CANARY, "amount": CANARY})
    browser.get("/inbox", headers={"Cookie": f"divan={CANARY}", "Authorization": CANARY})
    browser.post("/tasks/00000000-0000-0000-0000-000000000000", data={CANARY: CANARY})

    assert page.status_code == 500
    assert CANARY not in page.text
    assert "ValueError" in told.getvalue()
    assert CANARY not in told.getvalue()
    assert CANARY not in browser.get("/metrics").text
