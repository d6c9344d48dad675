"""Clients made for Camunda 7, unchanged, against a running server."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import generic_camunda_client as published
import pycamunda.externaltask
import pytest
import requests

from engine.commands import api_tokens, people
from engine.storage.database import Database
from tests.guards.tree import ROOT
from tests.kit import paying
from tests.kit.databases import Databases
from tests.kit.passwords import cheap_hash
from tests.kit.server import LiveServer
from tests.kit.sites import close

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rest_clients")]

with warnings.catch_warnings():  # it speaks to pydantic as its first version did
    warnings.simplefilter("ignore")
    from camunda.client.external_task_client import ExternalTaskClient

PASSWORD = "a worker's own"
NODE = shutil.which("node") or Path(sys.executable).parent / "node"
JS = ROOT / "frontend" / "node_modules" / "camunda-external-task-client-js" / "index.js"


@pytest.fixture(scope="module")
def city(
    databases: Databases,
    prepared: Callable[[str, str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SimpleNamespace]:
    """A running server in which payments wait for workers, and a program that does them."""
    url = databases.create("sqlite", prepared("sqlite", "demo"))
    database = Database(url)
    paying.deploy(database, paying.LANES)
    worker = people.register(
        database.unit_of_work(), "payer", name_fa="پرداز", name_en="Payer",
        password_hash=cheap_hash(PASSWORD), is_machine=True,
    )  # fmt: skip
    people.grant(database.unit_of_work(), worker, "WORKER", "*")
    now = datetime.now(UTC)
    token = api_tokens.make(
        database.unit_of_work(), "payer", "test", ["workers"], timedelta(days=1), by="t", at=now
    ).token
    home = tmp_path_factory.mktemp("clients")
    server = LiveServer(home, database_url=url).start()
    yield SimpleNamespace(
        database=database, url=f"{server.address}/engine-rest", token=token, server=server
    )
    if server.is_running:
        server.stop()
    close(database)
    databases.drop(url)


def test_the_client_for_javascript_completes_throws_and_fails(city):
    script = Path(__file__).with_name("worker.mjs")

    _does_three_ways(city, [NODE, script, JS, city.url, "payer", PASSWORD])


def test_the_client_for_java_completes_throws_and_fails(city, tmp_path):
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        pytest.skip("no JDK or no Maven: Camunda's client for Java was not tried")
    folder, jars = Path(__file__).with_name("java"), tmp_path / "jars"
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
    fetched = subprocess.run(
        [maven, "-q", "-B", "-f", folder / "pom.xml", *goal],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    if fetched.returncode:
        pytest.skip(f"Maven could not fetch Camunda's client for Java: {fetched.stdout[-300:]}")

    worker = [java, "-cp", f"{jars}/*", folder / "Worker.java", city.url, "payer", PASSWORD]
    _does_three_ways(city, worker)


def _does_three_ways(city: SimpleNamespace, worker: Sequence[str | Path]) -> None:
    """Let a worker of three tasks end: it completes one, refuses one and gives up on one."""
    cases = [paying.start(city.database, amount) for amount in (1, 2, 3)]

    done = subprocess.run(worker, capture_output=True, text=True, timeout=200, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert paying.variables(city.database, cases[0])["receipt"] == "paid 1"
    assert paying.at_look(city.database, cases[1])
    causes = {each.instance_id: each.cause for each in paying.incidents(city.database)}
    assert causes[cases[2]] == "no ink"


def test_the_client_for_python_works_with_a_token_and_waits_for_work(city):
    client = ExternalTaskClient("py", city.url, {"auth_bearer": {"access_token": city.token}})
    client.config.update({"maxTasks": 5, "asyncResponseTimeout": 30_000})
    cases = []
    later = threading.Timer(0.3, lambda: cases.append(paying.start(city.database, 7)))
    later.start()

    [task] = client.fetch_and_lock("transfer", process_variables={"amount": 7})
    is_done = client.complete(task["id"], {"receipt": 8})

    later.join()
    assert (is_done, task["variables"]["amount"]["value"]) == (True, 7)
    assert paying.variables(city.database, cases[0])["receipt"] == 8


def test_pycamunda_fetches_lengthens_and_gives_back(city):
    paying.start(city.database, 9)
    session = requests.Session()
    session.auth = ("payer", PASSWORD)
    fetch = pycamunda.externaltask.FetchAndLock(city.url, "pyc", max_tasks=1)
    fetch.add_topic("transfer", 20_000, variables=["amount"])
    fetch.session = session

    [task] = fetch()
    longer = pycamunda.externaltask.ExtendLock(city.url, task.id_, 60_000, "pyc")
    free = pycamunda.externaltask.Unlock(city.url, task.id_)
    address = f"{city.url}/external-task/{task.id_}"  # of its own accord it asks without a session
    for each in (longer, free):
        each.session = session
    longer()
    held = session.get(address, timeout=10).json()
    free()

    assert (task.topic_name, task.variables["amount"].value) == ("transfer", 9)
    assert (held["workerId"], session.get(address, timeout=10).json()["workerId"]) == ("pyc", None)


def test_the_published_client_reads_every_model_it_is_answered(city):
    paying.start(city.database, 10)
    client = published.ApiClient(published.Configuration(host=city.url))
    login = b64encode(f"payer:{PASSWORD}".encode()).decode()
    client.set_default_header("Authorization", f"Basic {login}")
    tasks = published.ExternalTaskApi(client)
    topic = published.FetchExternalTaskTopicDto(
        topic_name="transfer", lock_duration=20_000, process_variables={"amount": 10}
    )
    asked = published.FetchExternalTasksDto(worker_id="gen", max_tasks=2, topics=[topic])

    [task] = tasks.fetch_and_lock(fetch_external_tasks_dto=asked)
    value = published.VariableValueDto(value=11, type="Long")
    result = published.CompleteExternalTaskDto(worker_id="gen", variables={"receipt": value})
    tasks.complete_external_task_resource(task.id, complete_external_task_dto=result)

    assert task.lock_expiration_time > datetime.now(UTC)
    assert published.VersionApi(client).get_rest_api_version().version
    assert tasks.get_external_tasks_count().count >= 0
    with pytest.raises(published.ApiException) as gone:
        tasks.get_external_task(task.id)
    assert gone.value.status == 404


def test_a_stop_sends_those_home_who_wait_for_work(city):
    asked: Any = {"workerId": "w", "maxTasks": 1, "asyncResponseTimeout": 50_000,
             "topics": [{"topicName": "nothing", "lockDuration": 1_000}]}  # fmt: skip
    answers: list[int] = []

    def wait() -> None:
        with suppress(requests.ConnectionError):  # who had only come to the door when it closed
            answer = requests.post(
                f"{city.url}/external-task/fetchAndLock", json=asked, auth=("payer", PASSWORD),
                timeout=60,
            )  # fmt: skip
            answers.append(answer.status_code)

    waiting = [threading.Thread(target=wait) for _ in range(20)]
    for each in waiting:
        each.start()
    alive = [requests.get(f"{city.server.address}/health/live", timeout=60) for _ in range(5)]
    city.server.stop()
    for each in waiting:
        each.join(30)

    assert [each.status_code for each in alive] == [200] * 5
    assert not any(each.is_alive() for each in waiting)
    assert set(answers) == {200}
