"""The cases of a list as a table to take along: CSV in a stream, or an XLSX file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from flask import stream_with_context
from flask_babel import gettext as _

from engine.model.person import Actor
from engine.queries import case_list
from engine.queries.case_list import CaseLine
from engine.storage.database import Database, Session
from engine.values import JalaliDate, local_date
from webapp.monitoring.asking import Question
from webapp.request import locale
from webapp.taking import plain, text_cell
from webapp.units import name_of
from webapp.wording import words_of

MOST_ROWS: Final = 50_000  #: of an XLSX file


class TooMany(Exception):
    """There are more cases than an XLSX file is made of."""


def csv_of(database: Database, actor: Actor, asked: Question) -> Iterator[bytes]:
    """Return the lines of a CSV file, some hundred at a time; nothing in it is a formula.

    The request's own session is closed by the time they are asked for.
    """

    def lines() -> Iterator[bytes]:
        yield "\ufeff".encode()  # without it spreadsheets do not know that it is UTF-8
        with database.reader() as session:
            for rows in _portions(session, actor, asked):
                written = io.StringIO()
                csv.writer(written).writerows([[plain(cell) for cell in row] for row in rows])
                yield written.getvalue().encode()

    return stream_with_context(lines())


def xlsx_of(session: Session, actor: Actor, asked: Question) -> bytes:
    """Return an XLSX file; every cell is a text, so that no number is rounded.

    Raises:
        TooMany: it would have more than `MOST_ROWS`.
    """
    # a twentieth of a start, and few requests need it
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Cases"))
    sheet.sheet_view.rightToLeft = locale() == "fa"
    sheet.freeze_panes = "A2"
    count = 0
    for rows in _portions(session, actor, asked):
        count += len(rows)
        if count > MOST_ROWS + 1:  # with the headings
            raise TooMany
        for row in rows:
            sheet.append([text_cell(sheet, each) for each in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _portions(session: Session, actor: Actor, asked: Question) -> Iterator[list[list[str]]]:
    """Yield the headings, and then the cases."""
    assert asked.wanted is not None
    columns = list(asked.chosen.columns) if asked.chosen else []
    words = words_of(asked.chosen) if asked.chosen else None
    yield [[*_headings(), *(words.column(each) for each in columns if words)]]
    for lines in case_list.portions(session, actor, asked.wanted):
        yield [
            [*_facts(each), *(_said(each.business.get(key)) for key in columns)] for each in lines
        ]


def _headings() -> list[str]:
    return [
        _("Number"),
        _("Title"),
        _("Process"),
        _("Version of the process"),
        _("Unit"),
        _("State"),
        _("Started on"),
        _("Started at (UTC)"),
        _("Ended at (UTC)"),
        _("Waits at"),
        _("Stopped by an incident"),
        _("Id"),
    ]


def _facts(line: CaseLine) -> list[str]:
    words = words_of(line.definition)
    states = {
        "running": _("running"),
        "suspended": _("suspended"),
        "finished": _("finished"),
        "cancelled": _("cancelled"),
    }
    steps = (words.element(element, name) for element, name in line.steps)
    return [
        line.business_key or "",
        line.title,
        words.process,
        str(line.definition.version),
        name_of(line.unit, locale()),
        states[line.state.value],
        str(JalaliDate.of(local_date(line.started_at))),
        line.started_at.isoformat(timespec="seconds"),
        line.finished_at.isoformat(timespec="seconds") if line.finished_at else "",
        _(", ").join(steps),
        _("yes") if line.has_incident else "",
        str(line.id),
    ]


def _said(value: object) -> str:
    return "" if value is None else str(value)
