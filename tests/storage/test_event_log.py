"""The event log loads in a reader of others, and counts what the journal counts."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import r4pm
from lxml import etree
from r4pm import bindings
from sqlalchemy import func, select

from engine.errors import Forbidden
from engine.model.event import event_table
from engine.model.person import Actor
from engine.queries.analytics.sample import Asked
from engine.queries.event_log import portions
from engine.queries.event_log.ocel import ocel
from engine.queries.event_log.xes import xes
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.paying import NOON

AUDITOR = Actor(uuid4(), "auditor", "auditor", "auditor", desks=frozenset({"AUDITOR@*"}))
ASKED = Asked("payment", NOON - timedelta(days=1), NOON + timedelta(days=1))
XES = "{http://www.xes-standard.org/}"
X = {"x": "http://www.xes-standard.org/"}
SCHEMA = Path(__file__).parents[1] / "conformance" / "xes" / "xes-ieee-1849-2016.xsd"
#: the schema names no namespace: who includes it lends it one
IN_ITS_NAMESPACE = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    xmlns="http://www.xes-standard.org/" targetNamespace="http://www.xes-standard.org/">
  <xs:include schemaLocation="{SCHEMA.as_uri()}"/>
</xs:schema>
"""


@pytest.fixture
def database(bare_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database with five cases, of which two are read at a time."""
    monkeypatch.setattr(portions, "PORTION", 2)
    paying.deploy(bare_database, paying.LANES + '[payment.columns]\namount = "number"\n')
    for amount in range(5):
        paying.start(bare_database, amount)
    return bare_database


def _journal(database: Database) -> Counter[str]:
    with database.reader() as session:
        kinds = select(event_table.c.kind, func.count()).group_by(event_table.c.kind)
        return Counter(dict(session.execute(kinds).all()))


def _written(database: Database, path: Path) -> Path:
    with database.reader() as session:
        cases = portions.cases(session, AUDITOR, ASKED)
        pieces = xes("payment", cases) if path.suffix == ".xes" else ocel(cases)
        path.write_text("".join(pieces), encoding="utf-8")
    return path


def test_xes_loads_elsewhere_and_counts_the_lines_of_the_journal(database, tmp_path):
    path = _written(database, tmp_path / "log.xes")

    loaded = r4pm.import_item("EventLog", str(path))
    copy = tmp_path / "again.xes"
    r4pm.export_item(loaded, str(copy))

    for each in (path, copy):
        log = etree.parse(str(each)).getroot()
        kinds = Counter(
            told.get("value")
            for told in log.iterfind(f"{XES}trace/{XES}event/{XES}string[@key='kind']")
        )
        assert len(log.findall(f"{XES}trace")) == 5
        assert kinds == _journal(database)


def test_xes_is_as_its_standard_says(database, tmp_path):
    schema = etree.XMLSchema(etree.fromstring(IN_ITS_NAMESPACE))

    log: Any = etree.parse(str(_written(database, tmp_path / "log.xes")))
    schema.assertValid(log)
    keys = log.xpath("//x:classifier/@keys", namespaces=X)
    declared = set(log.xpath("//x:global[@scope='event']/*/@key", namespaces=X))
    assert {each for one in keys for each in one.split()} <= declared

    [first, *_] = log.xpath("//x:trace//x:date", namespaces=X)
    first.set("value", "yesterday")
    assert not schema.validate(log)


def test_ocel_loads_elsewhere_and_counts_the_lines_of_the_journal(database, tmp_path):
    path = _written(database, tmp_path / "log.json")

    loaded = r4pm.import_item("OCEL", str(path))

    counted = bindings.ocel_type_stats(ocel=bindings.slim_link_ocel(ocel=loaded))
    assert {kind: count for kind, count in counted["event_type_counts"].items() if count} == dict(
        _journal(database)
    )
    assert counted["object_type_counts"]["case"] == 5


def test_every_object_that_an_event_of_ocel_names_is_there(database, tmp_path):
    told = json.loads(_written(database, tmp_path / "log.json").read_text(encoding="utf-8"))

    objects = {each["id"] for each in told["objects"]}
    named = {
        to["objectId"]
        for each in (*told["events"], *told["objects"])
        for to in each["relationships"]
    }
    assert named <= objects
    assert len({each["id"] for each in told["events"]}) == len(told["events"])


def test_what_no_xml_has_a_place_for_does_not_spoil_a_log(database, tmp_path):
    paying.start_with(database, {"amount": 1})
    with database.engine.begin() as connection:
        connection.execute(event_table.update().values(name='a\x0b"<name>&', actor="\U0001f600"))

    log = etree.parse(str(_written(database, tmp_path / "log.xes"))).getroot()

    [first, *_] = log.iterfind(f"{XES}trace/{XES}event/{XES}string")
    assert first.get("value") == 'a "<name>&'


def test_who_watches_no_cases_gets_no_log(database):
    with database.reader() as session, pytest.raises(Forbidden):
        next(portions.cases(session, paying.CLERK, ASKED))
