"""Addresses of pages: an application is made without compiling what builds each of them."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from webapp.addresses import Address


def test_an_address_is_compiled_when_something_first_leads_there(monkeypatch):
    compiled: list[str] = []
    now = Rule._compile_builder

    def counted(rule: Rule, append_unknown: bool = True):
        compiled.append(rule.rule)
        return now(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    app = Flask("site", static_folder=None)
    app.url_rule_class = Address
    app.add_url_rule("/cases/<uuid:case>", endpoint="case")
    app.add_url_rule("/rules/<rule>/of/<name>", endpoint="rule")
    assert compiled == []

    with app.test_request_context():
        for _ in range(2):
            led = app.url_for("rule", rule="BPMN-1", name="a b", tab="why")
            assert led == "/rules/BPMN-1/of/a%20b?tab=why"

    assert compiled == ["/rules/<rule>/of/<name>"]


def test_all_addresses_but_that_of_the_files_beside_the_pages_are_of_that_kind(app: Flask):
    assert {each.rule for each in app.url_map.iter_rules() if not isinstance(each, Address)} == {
        "/static/<path:filename>"
    }
