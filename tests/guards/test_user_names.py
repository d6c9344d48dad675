"""Whoever is made anonymous is looked for in every column that names who did something."""

from __future__ import annotations

from sqlalchemy import Column, String

from engine.catalogue.find import find_areas
from engine.model.base import Base
from engine.storage import personal
from engine.storage.migrate import load_tables
from engine.values.likeness import Likeness

PLAIN = Likeness("anon-1", "clerk")  # an ordinary word: found where a user name stands, only there


def _columns_of_user_names() -> list[Column[object]]:
    load_tables(find_areas())
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if (column.name.endswith("_by") or column.name in ("username", "by"))
        and isinstance(column.type, String)
        and not personal.is_kept_as_it_is(table)
    ]


def test_a_plain_user_name_is_replaced_in_every_column_that_says_who_did_it():
    columns = _columns_of_user_names()
    assert len(columns) > 50

    stays = [str(each) for each in columns if PLAIN.in_column(each.name, "clerk") != "anon-1"]
    unseen = [str(each) for each in columns if not _is_seen(each)]

    assert (stays, unseen) == ([], [])


def _is_seen(column: Column[object]) -> bool:
    return any(each is column for each in personal.said(column.table))
