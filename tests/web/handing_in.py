"""Documents handed in as a page does, and found again in the case's file."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.queries import documents as queries
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.kit.sites import NOON


def send(
    client: FlaskClient,
    case: UUID,
    *files: tuple[bytes, str],
    query: str = "tab=file",
    **given: Any,
) -> TestResponse:
    content = {"files": [(io.BytesIO(each), name) for each, name in files]}
    return client.post(
        f"/cases/{case}/documents?{query}",
        data=content,
        content_type="multipart/form-data",
        **given,
    )


def filed(site: Database, case: UUID) -> tuple[queries.Filed, ...]:
    with site.reader() as session:
        anybody = by_username(session, "buyer", NOON)
        assert anybody is not None
        return queries.of_case(session, case, anybody)


def address(site: Database, case: UUID, number: int = 1) -> str:
    [document] = filed(site, case)
    return f"/cases/{case}/documents/{document.id}/{number}"
