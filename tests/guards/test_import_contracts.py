"""The import contracts hold, and each of them is seen to fail when broken."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.tree import ROOT

ROOTS = ("engine", "forms", "processes", "webapp")

#: contract -> a module that breaks it, and what the module says
VIOLATIONS = {
    "The web asks the forms, the forms ask the engine, never the other way": (
        "engine/commands/wrong_house.py",
        "from forms import schema",
    ),
    "Inside the engine, outermost first": (
        "engine/model/wrong_layer.py",
        "from engine.commands import tasks",
    ),
    "Nothing names a business area; the catalogue finds it": (
        "webapp/wrong_area.py",
        "from processes.contractor_statement import rules",
    ),
    "Areas never import each other": (
        "processes/other_area/wrong_neighbour.py",
        "from processes.contractor_statement import rules",
    ),
    "An area sees the engine only through sdk, values and errors": (
        "processes/contractor_statement/wrong_depth.py",
        "from engine.storage import cases",
    ),
    "An area meets the web only in its pages, through webapp.sdk": (
        "processes/contractor_statement/wrong_web.py",
        "from webapp import sdk",
    ),
    "An area's pages see only the sdk of the web": (
        "processes/other_area/pages.py",
        "from webapp import security",
    ),
    "SpiffWorkflow only in engine.bpmn": (
        "engine/storage/wrong_core.py",
        "import SpiffWorkflow",
    ),
    "lxml only where models are read: behind the gate of engine.xml": (
        "engine/storage/wrong_markup.py",
        "import lxml",
    ),
    "Decisions are pure: values in, values and reasons out": (
        "engine/dmn/wrong_file.py",
        "import pathlib",
    ),
    "Signatures are made and read in one room; the web only names what it hands on": (
        "engine/commands/wrong_signing.py",
        "import asn1crypto",
    ),
    "RQ and Redis only in engine.jobs: nothing else depends on a bell": (
        "engine/commands/wrong_bell.py",
        "import redis",
    ),
    "Flask only in the web and an area's pages": ("forms/wrong_flask.py", "import flask"),
    "SQL only where rows are kept or read": ("webapp/wrong_sql.py", "import sqlalchemy"),
    "Prometheus and OpenTelemetry only where the web watches; the engine tells engine.watch": (
        "engine/jobs/wrong_figures.py",
        "import prometheus_client",
    ),
    "Values and FEEL are pure: no database, web, files or clock of their own": (
        "engine/values/wrong_clock.py",
        "import time",
    ),
    "Rules are pure: values in, values out": (
        "processes/contractor_statement/rules/wrong_files.py",
        "import pathlib",
    ),
}


def test_every_contract_is_kept():
    outcome = _lint(ROOT)
    assert outcome.broken == set(), outcome.text


def test_every_contract_but_the_one_on_cycles_has_a_violation_here():
    assert _lint(ROOT).kept - {"No cycles between rooms"} == set(VIOLATIONS)


@pytest.fixture(scope="module")
def broken_everywhere(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The contracts broken in a copy of the tree with every violation written into it."""
    copy = tmp_path_factory.mktemp("tree")
    for each in ROOTS:
        shutil.copytree(
            ROOT / each, copy / each, ignore=shutil.ignore_patterns("static", "__pycache__")
        )
    shutil.copy(ROOT / "setup.cfg", copy)
    for path, code in VIOLATIONS.values():
        (copy / path).parent.mkdir(exist_ok=True)
        (copy / path).parent.joinpath("__init__.py").touch()
        (copy / path).write_text(f"{code}\n", encoding="utf-8")
    (copy / "forms/wrong_one.py").write_text("from forms import wrong_two\n", encoding="utf-8")
    (copy / "forms/wrong_two.py").write_text("from forms import wrong_one\n", encoding="utf-8")
    return _lint(copy).broken


@pytest.mark.parametrize("contract", [*VIOLATIONS, "No cycles between rooms"])
def test_a_contract_is_seen_to_fail_when_broken(broken_everywhere: set[str], contract: str):
    assert contract in broken_everywhere


class _Outcome:
    def __init__(self, text: str) -> None:
        self.text = text
        self.kept = set(re.findall(r"^(.+) KEPT$", text, re.MULTILINE))
        self.broken = set(re.findall(r"^(.+) BROKEN$", text, re.MULTILINE))
        assert self.kept | self.broken, text


def _lint(tree: Path) -> _Outcome:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    return _Outcome(done.stdout + done.stderr)


def test_the_contract_about_pages_names_every_room_of_the_web_but_its_sdk():
    told = configparser.ConfigParser()
    told.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = told["importlinter:contract:areas_web_sdk"]["forbidden_modules"].split()

    rooms = {each.stem for each in (ROOT / "webapp").iterdir() if _is_room(each)} - {"sdk"}

    assert set(listed) == {f"webapp.{each}" for each in rooms}


def _is_room(path: Path) -> bool:
    return (path.is_dir() and any(path.glob("*.py"))) or (
        path.suffix == ".py" and path.stem != "__init__"
    )
