"""The version that a call names is called: the newest, its own files', one with a tag."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.commands import jobs as job_commands
from engine.commands.models import model_of
from engine.model.instance import instance_table
from tests.storage.calling import INNER, OUTER, PAID, call, child_of, deploy, incidents, pay, run
from tests.storage.events import (
    END,
    NOON,
    START,
    anyone_starts,
    begin,
    case,
    heard,
    jobs,
    process,
    rows,
)
from tests.storage.pools import HEAD

pytestmark = pytest.mark.both_databases

OLD = 'camunda:versionTag="old"'
BOUND = 'calledElement="inner" camunda:calledElementBinding'


@pytest.mark.parametrize(
    ("attributes", "inside", "version"),
    [
        ('calledElement="inner"', "", 3),
        (f'{BOUND}="latest"', "", 3),
        (
            f'{BOUND}="version" camunda:calledElementVersion="2"',
            "",
            2,
        ),
        (
            f'{BOUND}="versionTag" camunda:calledElementVersionTag="old"',
            "",
            1,
        ),
        ('calledElement="${which}"', "", 3),
        (
            "",
            '<zeebe:calledElement processId="=which" bindingType="versionTag" versionTag="old"/>',
            1,
        ),
    ],
)
def test_the_version_is_the_one_the_call_names(database, attributes, inside, version):
    deploy(database, "two", INNER, tag=OLD, title="1")
    deploy(database, "two", INNER, tag='camunda:versionTag="new"', title="2")
    deploy(database, "two", INNER, title="3")
    deploy(database, "one", process("outer", START, call(attributes, inside), END))

    begin(database, "outer", contract="12", which="inner")
    run(database)

    [called] = heard(database, "called")
    assert called.facts["version"] == version


def test_a_case_keeps_the_version_it_called_when_a_newer_one_comes(database):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12")
    run(database)
    before = child_of(database, outer).definition_id

    deploy(database, "two", process("inner", START, END))
    pay(database, "12")
    run(database)

    assert child_of(database, outer).definition_id == before
    assert case(database, outer).state == "finished"


def test_a_process_of_the_same_files_runs_inside_its_caller_or_apart_as_the_call_says(database):
    apart = call('calledElement="inner" camunda:calledElementBinding="latest"')
    deploy(database, "one", OUTER, process("other", START, apart, END), INNER)

    inside, beside = begin(database, "outer", contract="1"), begin(database, "other", contract="2")
    run(database)

    assert rows(database, instance_table, called_by=inside) == []
    assert child_of(database, beside).process_id == "inner"
    pay(database, "1")
    pay(database, "2")
    run(database)
    assert {case(database, each).state for each in (inside, beside)} == {"finished"}


def test_a_call_of_what_is_not_deployed_is_an_incident_until_it_is(database):
    deploy(database, "one", OUTER)
    outer = begin(database, "outer", contract="12")

    for hours in range(5):
        run(database, hours=hours)
    assert [whose for whose, _ in incidents(database)] == [outer]

    deploy(database, "two", INNER)
    [job] = jobs(database, kind="call")
    job_commands.retry(database.unit_of_work(), job.id, by="admin", at=NOON + timedelta(hours=6))
    run(database, hours=6)

    assert child_of(database, outer).state == "running"


def test_a_call_that_names_its_own_deployment_is_refused_when_the_files_lack_it(database):
    bound = call('calledElement="inner" camunda:calledElementBinding="deployment"')
    with pytest.raises(bpmn.ModelRefused) as refusal:
        deploy(database, "one", process("outer", START, bound, END))
    assert [each.rule for each in refusal.value.findings] == ["BPMN-060"]


def test_deploying_tells_of_a_callee_that_nobody_has_deployed_yet(database):
    content = f"{HEAD}{PAID}{OUTER}</definitions>".encode()
    settings = f'[area]\nid = "one"\n{anyone_starts("outer")}'.encode()
    bundle = Bundle({"p.bpmn": content, "process.toml": settings})
    model_of(bundle)

    with database.reader() as session:
        before = deployments.warnings(session, bundle)
    deploy(database, "two", INNER)
    with database.reader() as session:
        after = deployments.warnings(session, bundle)

    assert before == ["p.bpmn call: there is no process 'inner' yet"]
    assert after == []
