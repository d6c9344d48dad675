"""Templates of papers, edited in the workshop with their pages beside."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

TEMPLATE = '#import "/divan.typ": *\n#show: paper\n#said("subject")'


@pytest.fixture
def template(nima: FlaskClient, draft: str) -> str:
    """The address of a template of the draft."""
    answer = nima.post(f"{draft}/files/papers/slip.typ", data={"text": TEMPLATE, "version": "0"})
    assert answer.status_code == 303, answer.text
    return f"{draft}/papers/preview/papers/slip.typ"


def test_a_template_is_kept_and_its_page_offers_a_preview(nima, draft, template):
    page = nima.get(f"{draft}/files/papers/slip.typ").text

    assert "#show: paper" in page
    assert f'formaction="{template}"' in page


def test_the_preview_shows_the_pages_of_what_is_being_typed(nima, template):
    shown = nima.post(template, data={"text": f"{TEMPLATE}\n#pagebreak()\nmore"})

    assert shown.status_code == 200, shown.text
    assert shown.text.count("data:image/png;base64,") == 2
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "script" not in shown.headers["Content-Security-Policy"]


def test_the_preview_says_at_which_line_the_template_is_wrong(nima, template):
    shown = nima.post(template, data={"text": "one\n\n  #nothing()"})

    assert shown.status_code == 422
    assert "slip.typ" in shown.text
    assert "۳" in shown.text
    assert "unknown variable: nothing" in shown.text


def test_a_preview_is_for_analysts_and_of_cases_they_see(nima, template, signed_in):
    assert signed_in("auditor").post(template, data={"text": TEMPLATE}).status_code == 403
    other = "00000000-0000-0000-0000-000000000001"
    assert nima.post(template, data={"text": TEMPLATE, "case": other}).status_code == 404


@pytest.mark.parametrize("name", ["papers/../../late.typ", "papers/deep/er.typ", "other/x.typ"])
def test_what_is_no_file_of_a_draft_has_no_preview(nima, draft, name):
    assert nima.post(f"{draft}/papers/preview/{name}", data={"text": TEMPLATE}).status_code == 404
