"""FEEL, the expression language of DMN: parsed once, evaluated fast, on exact decimals.

Knows nothing of BPMN. What is in the language so far: ``docs/reference/feel.md``.
"""

from engine.feel.errors import FeelSyntaxError
from engine.feel.exchange import to_json
from engine.feel.expression import (
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
    evaluate,
)
from engine.feel.paths import looked_at
from engine.feel.runtime import Evaluation
from engine.feel.types import (
    ANY,
    NAMED_TYPES,
    AllowedType,
    ContextType,
    FunctionType,
    ListType,
    NamedType,
    RangeType,
    Type,
    coerced,
)
from engine.feel.values import DaysTimeDuration, FunctionValue, Range, YearsMonthsDuration

__all__ = [
    "ANY",
    "NAMED_TYPES",
    "AllowedType",
    "ContextType",
    "DaysTimeDuration",
    "Evaluation",
    "Expression",
    "FeelSyntaxError",
    "FunctionType",
    "FunctionValue",
    "ListType",
    "NamedType",
    "Range",
    "RangeType",
    "Type",
    "UnaryTests",
    "YearsMonthsDuration",
    "coerced",
    "compile_expression",
    "compile_unary_tests",
    "evaluate",
    "looked_at",
    "to_json",
]
