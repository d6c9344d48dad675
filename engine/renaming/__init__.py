"""One name of an area said in another way, at every place of its files that means it.

Diagrams and decisions are renamed by what refers to what in the standard, settings, texts and
tests by what each of their keys means: never by finding the word. What says the old word and
means something else, or is free text, is listed and stays.
"""

from engine.renaming.area import file_of, flows_of, offered, problem_of, renamed, unreadable
from engine.renaming.model import Asked, Change, Kind, Left, Offered, Renamed, Standing
from engine.renaming.programs import said_in

__all__ = [
    "Asked",
    "Change",
    "Kind",
    "Left",
    "Offered",
    "Renamed",
    "Standing",
    "file_of",
    "flows_of",
    "offered",
    "problem_of",
    "renamed",
    "said_in",
    "unreadable",
]
