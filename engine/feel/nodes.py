"""The tree of a FEEL expression. ``at`` is the character offset of a node in its text."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from engine.feel.types import Type


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value that stands in the text."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable of one or more words."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """``{a: 1, b: a}``; an entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """``[low..high]``, each end included or not; ``(< high)`` has no lower end."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two operands and what to do with them."""

    operator: str  #: + - * / **
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """Two operands and how they are compared."""

    operator: str  #: = != < <= > >=
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``value between low and high``, both included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """``value in (test, test)``; true when one of the tests holds."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OperatorTest(Node):
    """A unary test such as ``> 5``; stands only among the tests of another node."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """The whole of a decision table's input cell. No tests at all is ``-``: any value."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    """``a and b and …``."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    """``a or b or …``."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """``if … then … else …``."""

    condition: Node
    consequence: Node
    alternative: Node


@dataclass(frozen=True, slots=True)
class Source(Node):
    """``name in list`` or ``name in low..high`` of a loop."""

    name: str
    start: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """``for … return …``."""

    sources: tuple[Source, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some``/``every … satisfies …``."""

    every: bool
    sources: tuple[Source, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``source[condition]``."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Path(Node):
    """``source.name``."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``function(arguments)``, all positional or all named."""

    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """``function(parameters) body``; a parameter without a type takes any value."""

    parameters: tuple[str, ...]
    types: tuple[Type, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class ExternalFunction(Node):
    """``function(parameters) external {…}``: code elsewhere, which is never run."""

    parameters: tuple[str, ...]
    where: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """``value instance of type``."""

    value: Node
    type: Type


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below ``node``, in the order they are written."""
    for name in _PARTS[type(node)]:
        yield from _nodes_in(getattr(node, name))


_LEAVES: tuple[object, ...] = (int, str, bool, object, Type)

#: the fields of each kind of node that may hold others
_PARTS = {
    kind: tuple(each.name for each in fields(kind) if each.type not in _LEAVES)
    for kind in Node.__subclasses__()
}


def _nodes_in(part: object) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _nodes_in(inner)


def mentions(tree: Node, name: str) -> bool:
    """Tell whether a name stands anywhere in a tree."""
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Name) and each.name == name:
            return True
        waiting.extend(children(each))
    return False


def depth_of(tree: Node) -> int:
    """Return how many nodes stand above one another, without recursion."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in children(node)]
    return depth
