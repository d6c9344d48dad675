"""``divan case``: an operator looks at cases, migrates them and moves their tokens."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import simplejson
from sqlalchemy import delete

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.jobs import run_due, utc_now
from engine.model.instance import InstanceState, task_table
from engine.model.person import Actor
from engine.storage.database import Database
from webapp.cli import main

CLERK = Actor(uuid4(), "clerk", "clerk", "clerk", desks=frozenset({"CLERK@D07"}))
CONFIG = """
[area]
id = "leave"
[leave]
start_lanes = ["clerk"]
[leave.lanes]
clerk = { role = "CLERK", in = "case" }
"""


def _diagram(*steps: str) -> bytes:
    ids = ["begin", *steps, "end"]
    flows = [f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
             for a, b in itertools.pairwise(ids)]  # fmt: skip
    tasks = "".join(f'<userTask id="{each}" name="{each}"/>' for each in steps)
    inside = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in ids)
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
        '<process id="leave" isExecutable="true"><laneSet id="lanes"><lane id="clerk">'
        f'{inside}</lane></laneSet><startEvent id="begin"/><endEvent id="end"/>'
        f"{tasks}{''.join(flows)}</process></definitions>"
    ).encode()


def _deploy(database: Database, *steps: str) -> None:
    files = {"leave.bpmn": _diagram(*steps), "process.toml": CONFIG.encode()}
    deployments.deploy(database.unit_of_work(), Bundle(files), at=utc_now())


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database of a site with one process in two versions."""
    monkeypatch.delenv("DIVAN_DEMO", raising=False)
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path))
    main(["migrate"])
    return Database(f"sqlite:///{tmp_path / 'divan.sqlite'}")


@pytest.fixture
def a_case(database: Database) -> Callable[[], UUID]:
    """Start cases of version 1; version 2 is deployed after the first."""

    def start() -> UUID:
        uow = database.unit_of_work()
        return instances.start(uow, "leave", {}, actor=CLERK, at=utc_now()).instance_id

    _deploy(database, "ask", "grant")
    return start


def _told(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_a_case_says_where_it_waits(a_case, capsys):
    case_id = a_case()

    assert main(["case", "show", str(case_id)]) == 0

    head, wait = _told(capsys)
    assert head == ["leave", "version 1", "running"]
    assert wait == ["HumanWait", "ask", f"{case_id.hex}-1"]


def test_the_proposed_plan_is_printed_read_and_followed(database, a_case, capsys, tmp_path):
    case_id = a_case()
    _deploy(database, "request", "grant")
    assert main(["case", "plan", "leave", "--from", "1"]) == 0
    plan = simplejson.loads(capsys.readouterr().out)
    assert "ask" not in plan["elements"]["leave"]
    plan["elements"]["leave"]["ask"] = "request"
    file = tmp_path / "plan.json"
    file.write_text(simplejson.dumps(plan))
    order = ["case", "migrate", "leave", "--from", "1", "--plan", str(file), "--case", str(case_id)]

    assert main([*order, "--dry-run"]) == 0
    assert main(order) == 0
    assert main(["case", "show", str(case_id)]) == 0

    would, does, head, wait = _told(capsys)
    assert would == [str(case_id), "would go on at", "request"]
    assert does == [str(case_id), "goes on at", "request"]
    assert head[1] == "version 2"
    assert wait[1] == "request"


def test_a_dry_run_over_all_cases_names_what_stays_and_why(database, a_case, capsys):
    case_id = a_case()
    _deploy(database, "request", "grant")

    assert main(["case", "migrate", "leave", "--from", "1", "--dry-run"]) == 1

    [[told_id, what, why]] = _told(capsys)
    assert (told_id, what) == (str(case_id), "stays")
    assert why.startswith("leave/ask: a token waits here")


def test_all_cases_of_a_version_go_as_a_batch(database, a_case, capsys):
    cases = {a_case(), a_case()}
    _deploy(database, "ask", "check", "grant")

    order = ["case", "migrate", "leave", "--from", "1"]
    assert main([*order, "--reason", "grants are checked first"]) == 0
    run_due(database, utc_now)
    [[line]] = _told(capsys)
    for case_id in cases:
        main(["case", "show", str(case_id)])

    assert line.endswith("takes 2 cases to version 2")
    assert [each[1] for each in _told(capsys)] == ["version 2", "ask"] * 2


def test_a_migration_is_undone(database, a_case, capsys):
    case_id = a_case()
    _deploy(database, "ask", "check", "grant")
    main(["case", "migrate", "leave", "--from", "1", "--case", str(case_id)])

    assert main(["case", "undo", str(case_id)]) == 0
    assert main(["case", "undo", str(case_id)]) == 1

    assert "no migration to undo" in capsys.readouterr().err


def test_a_case_is_moved_in_the_order_of_the_instructions(database, a_case, capsys):
    case_id = str(a_case())
    order = ["case", "modify", case_id, "--reason", "asked by telephone"]

    assert main([*order, "--set", 'how="telephone"', "--before", "grant", "--cancel", "ask"]) == 0
    assert main([*order, "--cancel", "grant"]) == 1
    assert main(order) == 1

    out = capsys.readouterr()
    assert out.out.splitlines() == [f"{case_id}\twaits at\tgrant"]
    assert "nothing would be left to do" in out.err
    assert "nothing to do" in out.err


def test_a_case_that_lost_its_task_gets_it_again(a_case, database, capsys):
    case_id = a_case()
    with database.engine.begin() as connection:
        connection.execute(delete(task_table))

    assert main(["case", "mend", str(case_id)]) == 0

    assert [each[1] for each in _told(capsys)] == ["waits again at"]
    with database.unit_of_work() as uow:
        assert len(uow.cases.one(case_id).tasks) == 1


def test_a_case_is_cancelled_with_a_reason(a_case, database, capsys):
    case_id = a_case()

    assert main(["case", "cancel", str(case_id), "--reason", "filed twice"]) == 0
    assert main(["case", "cancel", str(case_id), "--reason", "again"]) == 1

    with database.unit_of_work() as uow:
        assert uow.cases.one(case_id).state is InstanceState.CANCELLED
    assert "cancelled" in capsys.readouterr().out


def test_a_task_whose_holder_is_gone_is_put_back_on_its_desk(a_case, database):
    case_id = a_case()
    with database.unit_of_work() as uow:
        [task] = uow.cases.one(case_id).tasks
    assert main(["case", "free", str(task.id), "--reason", "nobody has it"]) == 1
    tasks.claim(database.unit_of_work(), task.id, actor=CLERK, at=utc_now())

    assert main(["case", "free", str(task.id), "--reason", "on leave"]) == 0

    with database.unit_of_work() as uow:
        assert [each.holder for each in uow.cases.one(case_id).tasks] == [None]
    tasks.claim(database.unit_of_work(), task.id, actor=CLERK, at=utc_now())
