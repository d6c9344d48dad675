"""Templates are compiled for each language with its texts in them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from uuid import UUID

import pytest
from flask import Flask, render_template_string, session
from flask.testing import FlaskClient
from markupsafe import Markup

from webapp.manner import Manner
from webapp.templating import Templates

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


def said(app: Flask, language: str, source: str, **facts: object) -> str:
    with app.test_request_context("/sign-in"):
        session["locale"] = language
        return render_template_string(source, **facts)


@pytest.mark.parametrize(("language", "text"), [("fa", "مهلت"), ("en", "Due")])
def test_a_text_is_that_of_the_language_of_the_page(app: Flask, language: str, text: str):
    assert said(app, language, '{{ _("Due") }}') == text
    assert said(app, language, '{{ gettext("Due") }}') == text


def test_what_is_filled_into_a_text_is_escaped(app: Flask):
    source = '{{ _("Late at others: %(count)s", count=given) }}'

    assert said(app, "en", source, given="<b>") == "Late at others: &lt;b&gt;"
    assert said(app, "fa", source, given="<b>").endswith("&lt;b&gt;")


def test_whatever_is_printed_is_escaped_unless_it_is_markup(app: Flask):
    class Sly(str):
        pass

    class Drawn:
        def __html__(self) -> str:
            return "<hr>"

    source = "{% set kept %}<i>{{ given }}</i>{% endset %}{{ kept }}{{ given }}{{ given|safe }}"

    assert said(app, "en", source, given="<b>") == "<i>&lt;b&gt;</i>&lt;b&gt;<b>"
    assert said(app, "en", "{{ given }}", given=Sly("<b>")) == "&lt;b&gt;"
    assert said(app, "en", "{{ given }}", given=["<b>"]) == "[&#39;&lt;b&gt;&#39;]"
    assert said(app, "en", "{{ given }}", given=Drawn()) == "<hr>"
    assert said(app, "en", "{{ given }}", given=Markup("<br>")) == "<br>"


def test_a_text_known_only_when_the_page_is_made_is_looked_up_then(app: Flask):
    assert said(app, "fa", "{{ _(given) }}", given="Due") == "مهلت"


def test_a_percent_sign_in_a_text_is_doubled_as_everywhere_in_texts(app: Flask):
    assert said(app, "en", '{{ _("100 %%") }}') == "100 %"


def test_a_compiled_template_looks_no_constant_text_up(app: Flask):
    with app.test_request_context("/sign-in"):
        bound = (
            app.jinja_env.in_manner(Manner.of("fa"))
            if isinstance(app.jinja_env, Templates)
            else None
        )
        assert bound is not None
        python = bound.compile('{{ _("Due") }}{{ _("Next page") }}', "page.html", raw=True)

    assert "gettext" not in python
    assert "مهلت" in python


def test_more_work_in_the_list_asks_for_no_more_texts(
    a_purchase: Purchase, signed_in: Browser, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    gettext = import_module("flask_babel").Domain.gettext

    def counted(domain: object, string: str, **variables: object) -> str:
        asked.append(string)
        return str(gettext(domain, string, **variables))

    monkeypatch.setattr("flask_babel.Domain.gettext", counted)
    client = signed_in("buyer")
    counts = []
    for number in (1, 8):
        for each in range(number):
            a_purchase(f"P-{number}{each}")
        client.get("/inbox")
        asked.clear()
        assert client.get("/inbox").text.count("data-claim") >= number
        counts.append(len(asked))

    assert counts[1] == counts[0] <= 3, asked
