"""Every page asks who is there, and says what it says in both languages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from tests.guards.tree import ROOT, texts

#: what may be seen without signing in
OPEN_TO_ALL = re.compile(
    r"/static/.*|/sign-in(/.*)?|/sign-out|/language|/health/(live|ready)|/metrics"
    r"|/signing/(authority\.(crt|crl)|ocsp)|/verify(/.*)?"
    r"|/(open-data|(tender|auction)-notices|bidder-registration|prequalifications)(/.*)?"
)
#: machines sign in on each call
FOR_MACHINES = re.compile(r"/engine-rest(/.*)?")
#: a number with letters in it, or a legal id, in the digits of the page
IDENTIFIER = re.compile(
    r"\.(?:number|(?:request|order|tender|contract)_no|identifier|bidder|giver|concerns|payee_id|contractor_id)\|digits"
)
#: anything that fits a route's converter
SAMPLES = {"uuid": "0190d2a1-0000-7000-8000-000000000000", "int": "1"}


def test_no_page_opens_to_somebody_who_has_not_signed_in(app: Flask, client: FlaskClient):
    opened = []
    for rule in app.url_map.iter_rules():
        address = re.sub(
            r"<(?:(\w+)(?:\(.*?\))?:)?\w+>", lambda m: SAMPLES.get(m[1], "x"), rule.rule
        )
        if OPEN_TO_ALL.fullmatch(address):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            answer = client.open(address, method=method)
            to_sign_in = answer.status_code in (302, 303) and "/sign-in" in answer.location
            if not (to_sign_in or answer.status_code in (401, 403)):
                opened.append(f"{method} {address}: {answer.status_code}")
            if (
                FOR_MACHINES.fullmatch(address)
                and answer.status_code != 401
                and "version" not in address
            ):
                opened.append(f"{method} {address}: {answer.status_code}, machines expect 401")
    assert opened == []


def test_everything_pages_say_is_translated(messages: Catalog):
    persian = ROOT / "webapp/translations/fa/LC_MESSAGES/messages.po"
    with persian.open("rb") as file:
        translated = read_po(file)
    missing = [
        message.id
        for message in messages
        if message.id
        and (
            (found := translated.get(message.id, message.context)) is None
            or not all(found.string if isinstance(found.string, tuple) else (found.string,))
            or found.fuzzy
        )
    ]
    assert missing == []


def test_translations_keep_the_placeholders(messages: Catalog):
    placeholder = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    with (ROOT / "webapp/translations/fa/LC_MESSAGES/messages.po").open("rb") as file:
        for message in read_po(file):
            if message.id and isinstance(message.id, str) and message.string:
                assert sorted(placeholder.findall(message.id)) == sorted(
                    placeholder.findall(str(message.string))
                ), message.id


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code and the templates say, in English."""
    found = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [
        str(Path(sys.executable).parent / "pybabel"),
        "-q",
        "extract",
        "-F",
        "pyproject.toml",
    ]
    subprocess.run([*command, "-k", "_l", "-k", "N_", "-o", str(found), "."], cwd=ROOT, check=True)
    with found.open("rb") as file:
        return read_po(file)


#: a block that ends with what was said takes its line's end with it, unless it is told to leave it
RUN_TOGETHER = re.compile(r"\}\}\{% end(?:if|for) %\}\n\s*(?:\{% if [^%]*%\})?\s*(?:\{\{ _\(|\w)")


def test_no_two_sentences_of_a_page_run_together():
    assert RUN_TOGETHER.search("{{ _('One.') }}{% endif %}\n  {{ _('Two.') }}")
    found = [
        f"{name}: {each[0]!r}"
        for name, text in texts().items()
        if name.endswith(".html")
        for each in RUN_TOGETHER.finditer(text)
    ]
    assert found == []


def test_what_is_copied_from_a_page_stands_there_as_it_is_typed_elsewhere():
    """`D07-1405-T-0042` with Persian digits is found by no search and fits no other system."""
    wrong = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in (ROOT / "processes").glob("*/templates/**/*.html")
        for found in IDENTIFIER.findall(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
