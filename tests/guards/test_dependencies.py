"""Every package we stand on is pinned, explained, and really used."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from tests.guards.tree import ROOT, texts

with (ROOT / "pyproject.toml").open("rb") as _file:
    PROJECT = tomllib.load(_file)["project"]
RUNTIME = {re.split(r"[=\[]", each)[0]: each for each in PROJECT["dependencies"]}
TESTS = {re.split(r"[=\[]", each)[0]: each for each in PROJECT["optional-dependencies"]["test"]}
_package = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
BROWSER = {**_package.get("dependencies", {}), **_package.get("devDependencies", {})}

IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "python-pkcs11": "pkcs11",
    "SpiffWorkflow": "SpiffWorkflow",
    "Flask": "flask",
    "Flask-WTF": "flask_wtf",
}
#: used by another package, by its command, or as data: no import of ours names them
NOT_IMPORTED = {"babel", "defusedxml", "tzdata"}


@pytest.mark.parametrize("requirement", [*RUNTIME.values(), *TESTS.values()])
def test_a_requirement_is_pinned(requirement: str):
    assert re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", requirement)


@pytest.mark.parametrize("name", [*RUNTIME, *TESTS, *BROWSER])
def test_a_requirement_is_explained_with_its_licence(name: str):
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {re.escape(name)} \|(.+)\|$", explained, re.MULTILINE | re.IGNORECASE)
    assert row is not None, f"docs/dependencies.md has no row for {name}"
    assert all(cell.strip() for cell in row.group(1).split("|"))


@pytest.mark.parametrize("name", [each for each in RUNTIME if each not in NOT_IMPORTED])
def test_a_package_that_is_installed_is_used(name: str):
    module = IMPORTED_AS.get(name, name.lower().replace("-", "_"))
    imports = re.compile(rf"^\s*(?:from|import) {module}\b", re.MULTILINE)
    ours = ("engine/", "forms/", "processes/", "webapp/")
    assert any(imports.search(text) for file, text in texts().items() if file.startswith(ours)) or (
        name == "psycopg"  # SQLAlchemy imports the driver that the database's address names
    )
