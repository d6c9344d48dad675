"""BPMN: read a diagram, refuse what cannot run, run a case to its next waits.

Pure functions over plain values: a compiled ``Model``, a case's snapshot, an answer in;
a ``Step`` out. No database, no clock, and nothing of the library underneath.
"""

from engine.bpmn.called import Calling
from engine.bpmn.coming import Coming, Turn, coming
from engine.bpmn.errors import (
    DecisionFailed,
    ErrorNotCaught,
    ExpressionFailed,
    JoinStarved,
    MigrationRefused,
    ModelRefused,
    ModificationRefused,
    MoveRefused,
    NoFlowTaken,
    NotJson,
    Obstacle,
    PlanUnreadable,
    ProcessNotFound,
    RecallRefused,
    SnapshotStale,
    StepFailed,
    StepsExceeded,
    StoreFailed,
    TokenNotWaiting,
    TooHeavy,
    ValueTooLarge,
)
from engine.bpmn.inout import Written
from engine.bpmn.leading_back import way_back
from engine.bpmn.limits import Limits
from engine.bpmn.lint import compile_model, glance, lint, look
from engine.bpmn.mapping import Mappable, mappable
from engine.bpmn.migrate import migrate, take_back
from engine.bpmn.model import Element, Flow, Lane, Model, Process
from engine.bpmn.modify import (
    CancelAll,
    CancelToken,
    Instruction,
    RemoveVariables,
    SetVariables,
    StartAfter,
    StartBefore,
    begin_at,
    modify,
)
from engine.bpmn.order import Order, order_of
from engine.bpmn.plain import Json, plain
from engine.bpmn.plan import Plan, planned, propose, read_plan
from engine.bpmn.recall import answered, recall
from engine.bpmn.remembered import Answered
from engine.bpmn.reporting import Kind, Reportable, catches, report, reportable
from engine.bpmn.run import answer, calling, choices, enable, own_of, start, throw, update, waiting
from engine.bpmn.starts import StartEvent, drawn, first_due, holds, start_events
from engine.bpmn.step import (
    CallWait,
    Choice,
    ConditionWait,
    Decision,
    HumanWait,
    MessageWait,
    Passed,
    ServiceWait,
    SignalWait,
    Step,
    Stored,
    StoreWait,
    Thrown,
    TimerWait,
    Wait,
)
from engine.bpmn.stores import StoreUse, stores_used
from engine.bpmn.timers import Due
from engine.bpmn.vocabulary import Named, named, variables
from engine.findings import Finding

__all__ = [
    "Answered",
    "CallWait",
    "Calling",
    "CancelAll",
    "CancelToken",
    "Choice",
    "Coming",
    "ConditionWait",
    "Decision",
    "DecisionFailed",
    "Due",
    "Element",
    "ErrorNotCaught",
    "ExpressionFailed",
    "Finding",
    "Flow",
    "HumanWait",
    "Instruction",
    "JoinStarved",
    "Json",
    "Kind",
    "Lane",
    "Limits",
    "Mappable",
    "MessageWait",
    "MigrationRefused",
    "Model",
    "ModelRefused",
    "ModificationRefused",
    "MoveRefused",
    "Named",
    "NoFlowTaken",
    "NotJson",
    "Obstacle",
    "Order",
    "Passed",
    "Plan",
    "PlanUnreadable",
    "Process",
    "ProcessNotFound",
    "RecallRefused",
    "RemoveVariables",
    "Reportable",
    "ServiceWait",
    "SetVariables",
    "SignalWait",
    "SnapshotStale",
    "StartAfter",
    "StartBefore",
    "StartEvent",
    "Step",
    "StepFailed",
    "StepsExceeded",
    "StoreFailed",
    "StoreUse",
    "StoreWait",
    "Stored",
    "Thrown",
    "TimerWait",
    "TokenNotWaiting",
    "TooHeavy",
    "Turn",
    "ValueTooLarge",
    "Wait",
    "Written",
    "answer",
    "answered",
    "begin_at",
    "calling",
    "catches",
    "choices",
    "coming",
    "compile_model",
    "drawn",
    "enable",
    "first_due",
    "glance",
    "holds",
    "lint",
    "look",
    "mappable",
    "migrate",
    "modify",
    "named",
    "order_of",
    "own_of",
    "plain",
    "planned",
    "propose",
    "read_plan",
    "recall",
    "report",
    "reportable",
    "start",
    "start_events",
    "stores_used",
    "take_back",
    "throw",
    "update",
    "variables",
    "waiting",
    "way_back",
]
