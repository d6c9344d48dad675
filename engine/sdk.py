"""All that a process folder may use of the engine, besides `engine.values` and `.errors`.

The façade on top of the engine: an area declares its tables on `Base`, registers what
its diagrams call, and never looks further in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.catalogue.demo import DemoCase, DemoOffice, Story
from engine.catalogue.handlers import (
    Answers,
    CaseFacts,
    Records,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    case_cancelled,
    case_start,
    console_command,
    data_store,
    demo_data,
    demo_stories,
    option_source,
    record_task,
    row_source,
    service_task,
    task_answer,
    task_recall,
)
from engine.catalogue.lines import FixedPart, LineRow, LineTable
from engine.catalogue.spreadsheet import SpreadsheetRefused, cell_problem, read_spreadsheet
from engine.connectors.site import SITE
from engine.errors import NotAtThisDesk, NotFound, Problem, RuleBroken, RulesBroken
from engine.model.act import Act
from engine.model.base import Base, Exact, Json, JsonText, Moment, Money, new_id
from engine.model.instance import instance_table, task_table
from engine.model.person import Actor, Person, Representation, Unit, desk_of
from engine.storage.acts import acts_of
from engine.storage.calendar import working_calendar
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.numbers import next_number


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
    "acts_of",
    "case_cancelled",
    "case_start",
    "cell_problem",
    "console_command",
    "data_store",
    "demo_data",
    "demo_stories",
    "desk_of",
    "instance_table",
    "new_id",
    "next_number",
    "option_source",
    "read_spreadsheet",
    "record_task",
    "row_source",
    "sends_mail",
    "service_task",
    "task_answer",
    "task_recall",
    "task_table",
    "working_calendar",
]
