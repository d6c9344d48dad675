"""Migrations of a folder stand in one line: two that follow the same one start no database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(
    {each.parent for each in ROOT.glob("processes/*/migrations/0*.py")}
    | {each.parent for each in ROOT.glob("engine/**/migrations/**/0*.py")}
)
_NAME = re.compile(r'^(revision|down_revision)(?:: [^=]+)? = (?:"([^"]+)"|None)', re.MULTILINE)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda each: str(each.relative_to(ROOT)))
def test_each_migration_is_followed_by_one(folder: Path):
    followed: dict[str, str] = {}
    for each in sorted(folder.glob("0*.py")):
        named = dict(_NAME.findall(each.read_text(encoding="utf-8")))
        assert named["revision"] == each.stem
        before = named["down_revision"]
        assert before not in followed, f"{each.name} and {followed[before]} follow {before}"
        followed[before] = each.name
    assert "" in followed, "one begins"
