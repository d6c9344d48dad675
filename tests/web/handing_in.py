"""Documents handed in as a page does, and found again in the case's file."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.queries import documents as queries
from engine.storage.database import Database


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
        return queries.of_case(session, case)


def address(site: Database, case: UUID, number: int = 1) -> str:
    [document] = filed(site, case)
    return f"/cases/{case}/documents/{document.id}/{number}"
