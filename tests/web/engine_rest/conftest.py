"""An application with the errand deployed, and programs that ask it in people's names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, request
from jsonschema_rs import Draft202012Validator
from sqlalchemy import event

from engine.settings import Settings
from engine.storage.database import Database
from tests.kit.databases import Databases
from tests.kit.passwords import cheap_hash
from tests.kit.sites import Clock, close, copied
from tests.web.engine_rest.errand import PASSWORD, Caller, deploy_errand, register_everybody
from webapp.engine_rest.describing import description
from webapp.engine_rest.registry import DONE
from webapp.wiring import Site


@pytest.fixture(autouse=True)
def purchase_rules() -> None:
    """Nothing stands in for what the areas register: these tests run the real ones."""


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """The URL of a template by kind of database, once one was asked for."""
    return {}


@pytest.fixture
def errands(
    backend: str,
    databases: Databases,
    prepared: Callable[[str, str], str],
    templates: dict[str, str],
) -> Iterator[Database]:
    """A database with the errand deployed and everybody in it."""
    if backend not in templates:
        url = databases.create(backend, prepared(backend, "tables"))
        database = Database(url)
        register_everybody(database, cheap_hash(PASSWORD))
        deploy_errand(database)
        close(database)
        templates[backend] = url
    yield from copied(databases, backend, templates[backend])


@pytest.fixture
def rest_app(errands: Database, clock: Clock, tmp_path) -> Flask:
    settings = Settings(home=tmp_path, database_url=str(errands.url))
    made = Site(settings, errands, ()).application(clock)
    made.config.update(TESTING=True)
    return made


@pytest.fixture
def caller(rest_app: Flask) -> Callable[..., Caller]:
    def of(username: str, *password: str) -> Caller:
        return Caller(rest_app.test_client(), username, *password)

    return of


@pytest.fixture
def clerk(caller: Callable[..., Caller]) -> Caller:
    return caller("clerk")


@pytest.fixture
def admin(caller: Callable[..., Caller]) -> Caller:
    return caller("admin")


@pytest.fixture
def analyst(caller: Callable[..., Caller]) -> Caller:
    return caller("analyst")


@pytest.fixture
def described(rest_app: Flask) -> None:
    """Every answer of the test is looked at: it has to be as the description says."""
    told = description()

    def held(answer: Response) -> Response:
        done = DONE.get((request.endpoint or "").partition(".")[2])
        if done is None or answer.status_code == 500:
            return answer
        operation = told["paths"][done.operation.path][done.operation.method.lower()]
        known = operation["responses"]
        status = str(answer.status_code)
        assert status in known or answer.status_code >= 400, f"{done.operation.id}: {status}"
        content = known.get(status, known["default"]).get("content", {})
        if "application/json" in content:
            shape = {**content["application/json"]["schema"], "components": told["components"]}
            Draft202012Validator(shape).validate(answer.get_json())
        return answer

    rest_app.after_request(held)


@pytest.fixture
def statements(errands: Database) -> Iterator[list[str]]:
    """The SQL statements sent, transactions apart."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            sent.append(statement)

    event.listen(errands.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(errands.engine, "before_cursor_execute", keep)
