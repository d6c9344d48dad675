"""FEEL, the expression language of DMN: parsed once, evaluated fast, on exact decimals.

Knows nothing of BPMN. What is in the language so far: ``docs/reference/feel.md``.
"""

from engine.feel.errors import FeelSyntaxError
from engine.feel.exchange import to_json
from engine.feel.expression import (
    Evaluation,
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
    evaluate,
)
from engine.feel.values import DaysTimeDuration, FunctionValue, Range, YearsMonthsDuration

__all__ = [
    "DaysTimeDuration",
    "Evaluation",
    "Expression",
    "FeelSyntaxError",
    "FunctionValue",
    "Range",
    "UnaryTests",
    "YearsMonthsDuration",
    "compile_expression",
    "compile_unary_tests",
    "evaluate",
    "to_json",
]
