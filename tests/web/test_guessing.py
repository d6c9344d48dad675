"""A password cannot be tried out one by one, wherever the site asks for it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.kit.sites import PASSWORD

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


def test_who_finds_a_browser_open_cannot_guess_the_password_of_an_approval(
    a_purchase: Purchase, signed_in: Browser
):
    _, approval = a_purchase(sent=True)
    head, url = signed_in("head"), f"/tasks/{approval}"
    head.post(f"{url}/claim")
    for number in range(10):
        head.post(url, data={"outcome": "approve", "password": f"guess {number}"})

    answer = head.post(url, data={"outcome": "approve", "password": PASSWORD})

    assert answer.status_code == 422


@pytest.mark.both_databases
@pytest.mark.parametrize("address", ["/sign-in?next=%00", "/sign-in"])
def test_a_text_no_database_holds_is_a_bad_request(client: FlaskClient, address: str):
    answer = client.post(address, data={"username": "a\0b", "password": "x"})

    assert answer.status_code == 400
