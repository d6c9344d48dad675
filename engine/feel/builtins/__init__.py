"""The built-in functions of FEEL (DMN 1.4, 10.3.4), by the subject they are about."""

from engine.feel.builtins import (
    aggregates,
    contexts,
    conversions,
    lists,
    moments,
    numbers,
    ranges,
    strings,
)
from engine.feel.builtins.registry import BUILTINS, Builtin

#: The modules whose import declares the functions.
SUBJECTS = (aggregates, contexts, conversions, lists, moments, numbers, ranges, strings)

__all__ = ["BUILTINS", "SUBJECTS", "Builtin"]
