"""Migrations are read from their files as Alembic reads them by importing them."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from engine.catalogue.find import find_areas
from engine.storage.database import Database
from engine.storage.migrate import alembic_config, folders_of
from engine.storage.revisions import read_revisions, seen_by


def test_the_revisions_read_are_those_alembic_knows(bare_database: Database):
    areas = find_areas()
    with bare_database.engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection, areas))
    alembics = {each.revision: set(each._all_down_revisions) for each in script.walk_revisions()}

    read = read_revisions(folders_of(areas))

    assert {key: set(each.after) for key, each in read.items()} == alembics
    assert seen_by(script.get_heads(), read) == alembics.keys()


def test_each_comes_after_all_it_stands_on():
    read = read_revisions(folders_of(find_areas()))
    order = list(read)

    assert all(
        order.index(earlier) < order.index(each) for each in order for earlier in read[each].after
    )


def written(folder: Path, name: str, *lines: str) -> None:
    (folder / f"{name}.py").write_text("\n".join(lines), encoding="utf-8")


def test_several_before_one_and_types_beside_names_are_read(tmp_path: Path):
    written(tmp_path, "0001_a", 'revision: str = "a"', "down_revision: str | None = None")
    written(tmp_path, "0002_b", 'revision = "b"', "down_revision = None", 'depends_on = ("a",)')
    written(tmp_path, "0003_c", 'revision = "c"', 'down_revision = ("a", "b")', "depends_on = None")

    read = read_revisions([tmp_path])

    assert {key: each.after for key, each in read.items()} == {
        "a": (),
        "b": ("a",),
        "c": ("a", "b"),
    }
    assert seen_by(["b", "unknown"], read) == {"a", "b"}


@pytest.mark.parametrize(
    "lines", [("x = 1",), ('revision = "a"', 'down_revision = "a"')], ids=["none", "circle"]
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, lines: tuple[str, ...]):
    written(tmp_path, "0001_a", *lines)

    with pytest.raises(ValueError, match=r"0001_a|come after"):
        read_revisions([tmp_path])
