"""DMN: read decision models, refuse what cannot be decided, decide and say why.

Pure functions over plain values: files in, ``Decisions`` out; inputs in, an ``Evaluation``
out. No database, no clock, nothing of BPMN. ``docs/reference/dmn.md`` lists what is run.
"""

from engine.dmn.decisions import Decisions
from engine.dmn.errors import DecisionNotFound, DecisionsRefused
from engine.dmn.explanation import Evaluation, Made, RuleHit, TableSeen
from engine.dmn.lint import lint
from engine.dmn.listed import listed
from engine.dmn.loading import load
from engine.dmn.trial import Trial, Tried

__all__ = [
    "DecisionNotFound",
    "Decisions",
    "DecisionsRefused",
    "Evaluation",
    "Made",
    "RuleHit",
    "TableSeen",
    "Trial",
    "Tried",
    "lint",
    "listed",
    "load",
]
