"""Models between Divan and the tools they were drawn with: in, out, and what was lost on the way.

`read` takes a file of any tool into the form Divan keeps, `exported` gives it back as its tool
wrote it, `tree` is what a file says, however it is written down, and `differences` tells two files
apart by that.
"""

from engine.bpmn.interchange.canonical import DRAWING, TEXT, Difference, differences, step_of, tree
from engine.bpmn.interchange.exchange import Imported, NotBpmn, exported, lost, read
from engine.bpmn.interchange.identity import Given
from engine.bpmn.interchange.running import obstacles
from engine.xml import Unreadable

__all__ = [
    "DRAWING",
    "TEXT",
    "Difference",
    "Given",
    "Imported",
    "NotBpmn",
    "Unreadable",
    "differences",
    "exported",
    "lost",
    "obstacles",
    "read",
    "step_of",
    "tree",
]
