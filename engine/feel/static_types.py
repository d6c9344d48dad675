"""What type an expression has before it is evaluated, as far as its text tells."""

from collections.abc import Mapping, Sequence

from engine.feel.nodes import (
    Arithmetic,
    Between,
    Comparison,
    Conditional,
    Conjunction,
    ContextOf,
    Disjunction,
    FunctionOf,
    InstanceOf,
    ListOf,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
    Quantified,
)
from engine.feel.types import ANY, NULL, ContextType, FunctionType, ListType, NamedType, Type
from engine.feel.values import kind_of

_BOOLEAN = NamedType("boolean")
_CLOSED = (NamedType("number"), NamedType("string"))  #: arithmetic on them gives the same
_TRUTHS = (Comparison, Between, Conjunction, Disjunction, Membership, Quantified, InstanceOf)


def static_type(node: Node, names: Mapping[str, Type]) -> Type:
    """Return the type of what ``node`` gives, ``Any`` where only an evaluation knows."""
    found: Type = _BOOLEAN if isinstance(node, _TRUTHS) else ANY
    match node:
        case Literal(value=value):
            found = NULL if value is None else NamedType(kind_of(value))
        case Name(name=name):
            found = names.get(name, ANY)
        case ListOf(items=items):
            found = ListType(_common(items, names))
        case ContextOf(entries=entries):
            found = ContextType(tuple((name, static_type(each, names)) for name, each in entries))
        case FunctionOf():
            found = type_of_function(node, names)
        case Conditional(consequence=consequence, alternative=alternative):
            found = _common([consequence, alternative], names)
        case Negation(operand=operand):
            found = static_type(operand, names)
        case Arithmetic(left=left, right=right):
            both = _common([left, right], names)
            found = both if both in _CLOSED else ANY
    return found


def type_of_function(node: FunctionOf, names: Mapping[str, Type]) -> FunctionType:
    """Return the type of a function the expression defines."""
    inner = {**names, **dict(zip(node.parameters, node.types, strict=True))}
    return FunctionType(node.types, static_type(node.body, inner))


def _common(nodes: Sequence[Node], names: Mapping[str, Type]) -> Type:
    types = [static_type(each, names) for each in nodes]
    return types[0] if types and all(each == types[0] for each in types) else ANY
