"""All that a process folder may use of the engine, besides `engine.values` and `.errors`.

The façade on top of the engine: an area declares its tables on `Base`, registers what
its diagrams call, and never looks further in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.catalogue.area_texts import FolderTexts
from engine.catalogue.chores import Turn, chore
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
from engine.commands.addressing import send_message, send_to_case
from engine.commands.connections import put as put_connection
from engine.commands.documents import Content, file_in_case
from engine.commands.entered import Entered, unit_of, units_of
from engine.commands.mailing import plan_letter
from engine.commands.notifying import tell_of_page
from engine.commands.outsiders import Outsider, also_acts, let_in, takes_on
from engine.commands.retried import retried
from engine.commands.starts import ENGINE
from engine.connectors.mail import is_address
from engine.connectors.site import SITE
from engine.documents import Scan, Scanner, Verdict, kind_named, recognise, scanner_at
from engine.errors import ContentMissing, NotAtThisDesk, NotFound, Problem, RuleBroken, RulesBroken
from engine.model.act import Act
from engine.model.admin_event import AdminEventKind
from engine.model.base import Base, Exact, Json, JsonText, Moment, Money, new_id
from engine.model.instance import instance_table, task_table
from engine.model.person import Actor, Person, Representation, Unit, desk_of
from engine.queries.choices import choice
from engine.queries.people import names as names_of_people
from engine.queries.units import people_choices, unit_choices, units_with
from engine.storage.actors import at_work_in
from engine.storage.acts import acts_of
from engine.storage.admin_events import tell, tell_of_case
from engine.storage.area_contents import holds_contents, keeps_back
from engine.storage.area_people import knows_accounts
from engine.storage.calendar import working_calendar
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.document_store import DocumentStore, Incoming
from engine.storage.documents import counting as documents_of
from engine.storage.numbers import hold_numbers, next_number
from engine.storage.people import is_one_of, is_taken, works_here
from engine.xml import Unreadable as XmlUnreadable
from engine.xml import parse as parse_xml


def sends_mail() -> bool:
    """Tell whether this site has a mail server, so that a letter may be asked for."""
    return bool(SITE.mail.host)


def tell_act(
    session: Session,
    area: str,
    act: str,
    facts: Mapping[str, Any],
    *,
    actor: Actor | None,
    at: datetime,
    case_id: UUID | None = None,
    by_engine: bool = False,
) -> None:
    """Add what somebody did on a page of an area to the journal, in the transaction that does it.

    Args:
        act: a word of the area's, such as ``bid_sealed``.
        facts: plain data without secrets: hashes of what was received, not what it says.
        actor: ``None``: somebody without an account, told as ``outside``.
        case_id: the case it was done to, if any.
        by_engine: nobody did: a worker does it by the clock.
    """
    nobody = ENGINE if by_engine else "outside"
    told, kind, who = (
        {"area": area, "act": act, "told": facts},
        AdminEventKind.AREA_ACT,
        nobody if actor is None else actor.username,
    )
    if case_id is None:
        tell(session, kind, actor=who, at=at, area=area, act=act, told=facts)
    else:
        tell_of_case(session, kind, case_id, told, actor=who, at=at)


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
    "Content",
    "ContentMissing",
    "Database",
    "DemoCase",
    "DemoOffice",
    "DocumentStore",
    "Entered",
    "Exact",
    "FixedPart",
    "FolderTexts",
    "Incoming",
    "Json",
    "JsonText",
    "LineRow",
    "LineTable",
    "Moment",
    "Money",
    "NotAtThisDesk",
    "NotFound",
    "Outsider",
    "PaperRequest",
    "Person",
    "Problem",
    "Records",
    "Representation",
    "RuleBroken",
    "RulesBroken",
    "Scan",
    "Scanner",
    "Session",
    "SpreadsheetRefused",
    "StartRequest",
    "Story",
    "TaskAnswer",
    "TaskRecall",
    "Turn",
    "Unit",
    "UnitOfWork",
    "Verdict",
    "XmlUnreadable",
    "acts_of",
    "also_acts",
    "announce",
    "at_work_in",
    "call_input",
    "case_cancelled",
    "case_start",
    "cell_problem",
    "choice",
    "chore",
    "console_command",
    "data_store",
    "demo_data",
    "demo_stories",
    "desk_of",
    "documents_of",
    "file_in_case",
    "hears",
    "hold_numbers",
    "holds_contents",
    "instance_table",
    "is_address",
    "is_one_of",
    "is_taken",
    "keeps_back",
    "kind_named",
    "knows_accounts",
    "let_in",
    "names_of_people",
    "new_id",
    "next_number",
    "option_source",
    "paper_page",
    "parse_xml",
    "people_choices",
    "plan_letter",
    "put_connection",
    "read_spreadsheet",
    "recognise",
    "record_task",
    "retention_moment",
    "retried",
    "row_source",
    "scanner_at",
    "send_message",
    "send_to_case",
    "sends_mail",
    "service_task",
    "takes_on",
    "task_answer",
    "task_recall",
    "task_table",
    "tell_act",
    "tell_of_page",
    "unit_choices",
    "unit_of",
    "units_of",
    "units_with",
    "working_calendar",
    "works_here",
]
