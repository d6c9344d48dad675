"""The line table as a spreadsheet: out with every column, in with the quantities."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.catalogue.lines import LineTable
from engine.catalogue.spreadsheet import SpreadsheetRefused
from engine.commands import drafts
from engine.commands.models import model_of
from engine.errors import NotTaskHolder, Problem, TaskNotFound
from engine.queries import tasks as queries
from engine.queries.tasks import TaskPage
from engine.values import grouped, persian_digits
from forms import Field
from forms.kinds import KINDS, TOMAN, UNIT
from forms.line_table import PARTS, TypedLine, typed_line
from forms.line_table_xlsx import HEADER_LABELS, ReadLines, read_quantities
from webapp.inbox.step_form import StepForm, step_form
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("lines", __name__, url_prefix="/tasks/<uuid:task_id>")

SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Header facts a file has to agree with; the others fill fields of the form.
CHECKED: Final = ("contract_no", "statement_no")
MOST_SHOWN: Final = 200  #: problems of one file on a page


@bp.get("/lines.xlsx")
def export(task_id: UUID) -> ResponseReturnValue:
    """Send the lines as a spreadsheet, with what is typed so far."""
    # writes with openpyxl, a twentieth of a start, and few requests need it
    from forms.line_table_export import line_workbook  # noqa: PLC0415

    task, step, table = _lines_of(task_id)
    header = {key: str(task.columns[key]) for key in CHECKED if task.columns.get(key)}
    for key in HEADER_LABELS:
        field = step.form.field(key)
        if field is not None and key not in CHECKED:
            header[key] = _standing(step, field)
    answer = Response(
        line_workbook(table, task.drafts, header, locale=locale()), mimetype=SPREADSHEET
    )
    name = "-".join(header.get(each, "") for each in CHECKED).strip("-") or str(task.id)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return answer


@bp.post("/lines-upload")
def upload(task_id: UUID) -> ResponseReturnValue:
    """Fill the draft from a spreadsheet: all of it, or nothing and a list of what is wrong."""
    task, step, table = _lines_of(task_id)
    if task.holder != current_actor().username:
        raise NotTaskHolder(task_id, current_actor().username)
    expected = {key: str(task.columns[key]) for key in CHECKED if task.columns.get(key)}
    file = request.files.get("file")
    try:
        content = file.read() if file else b""
        read = read_quantities(content, table, expected=expected, fields=step.form.fields)
    except SpreadsheetRefused as refused:
        read = ReadLines(problems=refused.problems)
    if read.problems:
        return _refused(task, read.problems, file.filename if file else None)
    changes = _changes(read, step, task, table)
    drafts.save(unit_of_work(), task_id, changes, actor=current_actor(), at=now())
    count = sum(1 for each in read.lines.values() if each.quantity)
    flash(_("Quantities taken from the file: %(count)s.", count=grouped(count, locale())), "done")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _standing(step: StepForm, field: Field) -> str:
    """Return what stands in a field; an amount typed in tomans in rials, as the file has it."""
    typed = step.typed_at(field.key)
    if typed.get(UNIT) == [TOMAN] and (amount := step.value(field)) is not None:
        return str(amount)
    return step.typed(field)


def _lines_of(task_id: UUID) -> tuple[TaskPage, StepForm, LineTable]:
    """Return a task the actor may see, its form and its lines.

    Raises:
        TaskNotFound: there is no such task, or its form has no lines.
    """
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        step = step_form(
            session,
            task.definition,
            task.form_id,
            current_actor(),
            lines_of=(task.instance_id, task.element_id),
            variables=queries.seen_on(session, task, model_of(task.definition.bundle)),
            drafts=task.drafts,
        )
    if step.table is None:
        raise TaskNotFound(task_id)
    return task, step, step.table


def _changes(
    read: ReadLines, step: StepForm, task: TaskPage, table: LineTable
) -> dict[str, str | None]:
    """Return the fields a file fills, as if its numbers were typed in the page's digits."""
    key = step.form.lines.key if step.form.lines else "lines"
    changes: dict[str, str | None] = {}
    for row in table.rows:
        line = read.lines.get(row.key)
        if line is None and not table.reasons:
            line = TypedLine()  # what a claim leaves out is not begun
        if line is not None:
            now_typed = typed_line({}, task.drafts, table, row, key)
            changes |= _line_changes(line, now_typed, f"{key}/{row.key}", bool(table.reasons))
    for name, value in read.header.items():
        field = step.form.field(name)
        if field is not None and not field.readonly and name not in CHECKED:
            is_money = field.type == "rial" and value.isdigit()
            changes[name] = grouped(int(value), locale()) if is_money else _in_digits(value)
            changes |= {f"{name}/{each}": "" for each in KINDS[field.type].beside}
    return changes


def _line_changes(
    line: TypedLine, standing: TypedLine, path: str, with_reasons: bool
) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    for part in PARTS if with_reasons else ("quantity",):
        text = getattr(line, part)
        typed = _in_digits(text) if part == "quantity" else text
        if typed != getattr(standing, part):
            changes[f"{path}/{part}"] = typed
    return changes


def _in_digits(text: str) -> str:
    return persian_digits(text.replace(".", "٫")) if locale() == "fa" else text


def _refused(
    task: TaskPage, problems: tuple[Problem, ...], filename: str | None
) -> ResponseReturnValue:
    words = words_of(task.definition)
    rows = [(each.params, text_of(each, words), each.code) for each in problems[:MOST_SHOWN]]
    page = render_template(
        "lines/upload_problems.html",
        task=task,
        filename=filename,
        rows=rows,
        count=len(problems),
        more=grouped(len(problems) - len(rows), locale()) if len(problems) > len(rows) else None,
        nav="inbox",
    )
    return page, 422
