from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]


def test_only_what_i_may_start_is_offered(signed_in: Browser):
    assert "خرید جزئی" in signed_in("buyer").get("/start").text
    assert "خرید جزئی" not in signed_in("head").get("/start").text
    assert signed_in("head").get("/start/purchase").status_code == 403


def test_a_case_is_started_by_its_form_and_leads_to_its_first_step(signed_in: Browser):
    client = signed_in("buyer")

    started = client.post("/start/purchase", data={"request_no": "P-9"})

    assert started.status_code == 303
    page = client.get(started.location).text
    assert "شرح خرید" in page
    assert "خرید P-9" in page


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param("", "پاسخ لازم است", id="the form refuses"),
        pytest.param("Q-9", "به شکل خواسته‌شده نوشته نشده", id="the pattern refuses"),
        pytest.param("P-13", "از گزینه‌ها نیست", id="the area refuses"),
    ],
)
def test_what_is_wrong_with_a_start_is_said_beside_its_field(
    signed_in: Browser, number: str, said: str
):
    answer = signed_in("buyer").post("/start/purchase", data={"request_no": number})

    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert f'value="{number}"' in answer.text


def test_a_link_may_fill_in_the_start_form(signed_in: Browser):
    page = signed_in("buyer").get("/start/purchase?request_no=P-44").text

    assert 'value="P-44"' in page


def test_the_server_says_it_is_alive_and_ready(client: FlaskClient):
    assert client.get("/health/live").get_json() == {"status": "live"}
    assert client.get("/health/ready").get_json() == {"status": "ready"}
