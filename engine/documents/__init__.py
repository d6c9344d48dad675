"""What people bring as files: its name made harmless, its kind read from its content.

Nothing here unpacks, renders or runs a file. What cannot be told for certain is refused,
with a code that pages put into words.
"""

from engine.documents.examine import examine, recognise
from engine.documents.kinds import KINDS, Kind, kind_named
from engine.documents.names import clean_name, is_tricky
from engine.documents.scanning import Scan, Scanner, Verdict, scanner_at

__all__ = [
    "KINDS",
    "Kind",
    "Scan",
    "Scanner",
    "Verdict",
    "clean_name",
    "examine",
    "is_tricky",
    "kind_named",
    "recognise",
    "scanner_at",
]
