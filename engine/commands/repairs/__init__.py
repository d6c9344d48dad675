"""Repairs of one case: what an administrator may do to it, seen first, then done, journalled.

A repair is plain data (`acts`), so that a page, a request that waits for a second person and
a client of the REST API speak of the same thing. Each is carried out by the one command there
is for it (`doing`), looked at before and after in the same transaction (`effects`).
"""

from engine.commands.repairs.acts import (
    Cancel,
    ChangeDue,
    Correlate,
    EditValues,
    Fire,
    Free,
    HoldJob,
    LetJobGo,
    MoveJob,
    MoveTokens,
    Reassign,
    Repair,
    RepairUnreadable,
    Restart,
    Resume,
    Retry,
    SendSignal,
    Suspend,
    read,
    written,
)
from engine.commands.repairs.doing import CaseWentOn, carry_out, preview
from engine.commands.repairs.effects import Changed, Effect
from engine.commands.repairs.requests import (
    OwnRepair,
    RepairDecided,
    RepairNotFound,
    ask,
    confirm,
    refuse,
)

__all__ = [
    "Cancel",
    "CaseWentOn",
    "ChangeDue",
    "Changed",
    "Correlate",
    "EditValues",
    "Effect",
    "Fire",
    "Free",
    "HoldJob",
    "LetJobGo",
    "MoveJob",
    "MoveTokens",
    "OwnRepair",
    "Reassign",
    "Repair",
    "RepairDecided",
    "RepairNotFound",
    "RepairUnreadable",
    "Restart",
    "Resume",
    "Retry",
    "SendSignal",
    "Suspend",
    "ask",
    "carry_out",
    "confirm",
    "preview",
    "read",
    "refuse",
    "written",
]
