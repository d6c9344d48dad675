"""What must be true of the files of the repository themselves."""

from __future__ import annotations

import configparser
import re
import tomllib

import pytest

from tests.guards.tree import ROOT, texts, tracked_files

#: a file answers one question; these still answer more and are looked at again each release
LONGER_THAN_400_LINES: set[str] = set()

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|wor[k]|hom[e]/\w+|Users/\w+)/")
REGISTRY = re.compile(r"registry\.npm[j]s\.org|pypi\.or[g]|files\.pythonhoste[d]\.org")


def test_no_file_names_a_path_of_somebodys_machine():
    assert _lines_with(MACHINE_PATH) == []


def test_no_file_pins_a_package_registry():
    assert _lines_with(REGISTRY) == []


def test_no_key_stands_in_both_configuration_files():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    other = configparser.ConfigParser(interpolation=None)
    other.read(ROOT / "setup.cfg", encoding="utf-8")
    tools = {name.replace("_", "-") for name in project["tool"]}
    assert not tools & {each.partition(":")[0].partition(".")[0] for each in other.sections()}
    assert not other.has_section("metadata")
    assert set(other["options"]) == {"packages", "include_package_data"}
    assert "setuptools" not in tools


@pytest.mark.parametrize("root", ["engine", "forms", "processes", "webapp"])
def test_a_file_of_code_answers_one_question(root: str):
    long = {
        name
        for name, text in texts().items()
        if name.startswith(f"{root}/") and name.endswith(".py") and "/tests/" not in name
        if text.count("\n") > 400 and "/migrations/" not in name
    }
    assert long <= LONGER_THAN_400_LINES


def test_nothing_unfinished_is_left_in_the_code():
    unfinished = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b|raise NotImplementedErro[r]\b")
    assert [
        each for each in _lines_with(unfinished) if each.partition(":")[0].endswith(".py")
    ] == []


def test_the_changelog_speaks_of_this_version():
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page", [each for each in tracked_files() if each.suffix == ".md"], ids=lambda each: each.name
)
def test_links_between_pages_of_the_documentation_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    lost = [
        each
        for each in targets
        if not re.match(r"[a-z]+:", each) and not (page.parent / each).exists()
    ]
    assert lost == []


def test_every_page_of_the_documentation_can_be_found_from_its_index():
    linked = set()
    waiting = [ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in linked or not page.exists():
            continue
        linked.add(page)
        targets = re.findall(r"\]\(([^)#\s]+\.md)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / each).resolve() for each in targets if ":" not in each]
    pages = {each for each in tracked_files() if each.is_relative_to(ROOT / "docs")}
    assert {each.name for each in pages - linked if each.suffix == ".md"} == set()


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
