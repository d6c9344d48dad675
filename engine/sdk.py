"""All that a process folder may use of the engine, besides `engine.values` and `.errors`.

The façade on top of the engine: an area declares its tables on `Base`, registers what
its diagrams call, and never looks further in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.catalogue.demo import DemoCase, DemoOffice, Story
from engine.catalogue.facts import announce, hears
from engine.catalogue.handlers import (
    Answers,
    CaseFacts,
    PaperRequest,
    Records,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    call_input,
    case_cancelled,
    case_start,
    console_command,
    data_store,
    demo_data,
    demo_stories,
    option_source,
    paper_page,
    record_task,
    retention_moment,
    row_source,
    service_task,
    task_answer,
    task_recall,
)
from engine.catalogue.lines import FixedPart, LineRow, LineTable
from engine.catalogue.spreadsheet import SpreadsheetRefused, cell_problem, read_spreadsheet
from engine.commands.addressing import send_to_case
from engine.commands.connections import put as put_connection
from engine.commands.entered import Entered, unit_of, units_of
from engine.connectors.site import SITE
from engine.errors import NotAtThisDesk, NotFound, Problem, RuleBroken, RulesBroken
from engine.model.act import Act
from engine.model.base import Base, Exact, Json, JsonText, Moment, Money, new_id
from engine.model.instance import instance_table, task_table
from engine.model.person import Actor, Person, Representation, Unit, desk_of
from engine.queries.units import unit_choices
from engine.storage.acts import acts_of
from engine.storage.calendar import working_calendar
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.numbers import hold_numbers, next_number
from engine.xml import Unreadable as XmlUnreadable
from engine.xml import parse as parse_xml


def sends_mail() -> bool:
    """Tell whether this site has a mail server, so that a letter may be asked for."""
    return bool(SITE.mail.host)


@dataclass(frozen=True, slots=True)
class ConsoleRequest:
    """A site's operator runs an area's command from the command line."""

    unit_of_work: UnitOfWork
    arguments: tuple[str, ...]  #: what stands behind the command's name
    at: datetime
    demo: bool  #: the site is a demonstration


__all__ = [
    "Act",
    "Actor",
    "Answers",
    "Base",
    "CaseFacts",
    "ConsoleRequest",
    "Database",
    "DemoCase",
    "DemoOffice",
    "Entered",
    "Exact",
    "FixedPart",
    "Json",
    "JsonText",
    "LineRow",
    "LineTable",
    "Moment",
    "Money",
    "NotAtThisDesk",
    "NotFound",
    "PaperRequest",
    "Person",
    "Problem",
    "Records",
    "Representation",
    "RuleBroken",
    "RulesBroken",
    "Session",
    "SpreadsheetRefused",
    "StartRequest",
    "Story",
    "TaskAnswer",
    "TaskRecall",
    "Unit",
    "UnitOfWork",
    "XmlUnreadable",
    "acts_of",
    "announce",
    "call_input",
    "case_cancelled",
    "case_start",
    "cell_problem",
    "console_command",
    "data_store",
    "demo_data",
    "demo_stories",
    "desk_of",
    "hears",
    "hold_numbers",
    "instance_table",
    "new_id",
    "next_number",
    "option_source",
    "paper_page",
    "parse_xml",
    "put_connection",
    "read_spreadsheet",
    "record_task",
    "retention_moment",
    "row_source",
    "send_to_case",
    "sends_mail",
    "service_task",
    "task_answer",
    "task_recall",
    "task_table",
    "unit_choices",
    "unit_of",
    "units_of",
    "working_calendar",
]
