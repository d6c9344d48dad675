"""Two analysts of the purchase, and a draft of it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Browser


@pytest.fixture
def nima(signed_in: Browser) -> FlaskClient:
    """An analyst's browser."""
    return signed_in("nima")


@pytest.fixture
def roya(signed_in: Browser) -> FlaskClient:
    """Another analyst's browser."""
    return signed_in("roya")


@pytest.fixture
def draft(nima: FlaskClient) -> str:
    """The address of a draft of what is deployed."""
    bundle = nima.get("/studio").text.partition('name="bundle" value="')[2].partition('"')[0]
    asked = {"area": "purchase", "title": "Quicker", "bundle": bundle}
    answer = nima.post("/studio", data=asked)
    assert answer.status_code == 303
    return str(answer.location)
