"""BPMN: read a diagram, refuse what cannot run, run a case to its next waits.

Pure functions over plain values: a compiled ``Model``, a case's snapshot, an answer in;
a ``Step`` out. No database, no clock, and nothing of the library underneath.
"""

from engine.bpmn.errors import (
    ErrorNotCaught,
    ExpressionFailed,
    JoinStarved,
    ModelRefused,
    NoFlowTaken,
    NotJson,
    ProcessNotFound,
    SnapshotStale,
    StepFailed,
    StepsExceeded,
    TokenNotWaiting,
)
from engine.bpmn.findings import Finding
from engine.bpmn.limits import Limits
from engine.bpmn.lint import compile_model, lint
from engine.bpmn.model import Element, Flow, Lane, Model, Process
from engine.bpmn.plain import Json, plain
from engine.bpmn.run import answer, start, throw, waiting
from engine.bpmn.step import (
    ConditionWait,
    Decision,
    HumanWait,
    MessageWait,
    Passed,
    ServiceWait,
    SignalWait,
    Step,
    Stored,
    Thrown,
    TimerWait,
    Wait,
)

__all__ = [
    "ConditionWait",
    "Decision",
    "Element",
    "ErrorNotCaught",
    "ExpressionFailed",
    "Finding",
    "Flow",
    "HumanWait",
    "JoinStarved",
    "Json",
    "Lane",
    "Limits",
    "MessageWait",
    "Model",
    "ModelRefused",
    "NoFlowTaken",
    "NotJson",
    "Passed",
    "Process",
    "ProcessNotFound",
    "ServiceWait",
    "SignalWait",
    "SnapshotStale",
    "Step",
    "StepFailed",
    "StepsExceeded",
    "Stored",
    "Thrown",
    "TimerWait",
    "TokenNotWaiting",
    "Wait",
    "answer",
    "compile_model",
    "lint",
    "plain",
    "start",
    "throw",
    "waiting",
]
