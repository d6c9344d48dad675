"""From a file to the tables and texts of it that are edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.dmn.sheets.sheet import (
    Drawn,
    InputColumn,
    NoteColumn,
    OutputColumn,
    Row,
    Sheet,
    WrongTable,
)
from engine.dmn.sheets.spans import Span, spans

_OWNERS: Final = ("decision", "businessKnowledgeModel")


def drawn(content: bytes) -> tuple[Drawn, ...]:
    """Return the decisions and functions of a file, in the order they are written.

    Raises:
        Unreadable: it is no DMN model, or not in UTF-8.
    """
    return tuple(_drawn(each) for each in spans(content).of(*_OWNERS))


def _drawn(owner: Span) -> Drawn:
    kind = "table" if table_in(owner) else "text" if literal_in(owner) else "other"
    return Drawn(
        id_of(owner),
        owner.attributes.get("name") or id_of(owner),
        kind,  # type: ignore[arg-type]  # one of the three
        owner.kind == "businessKnowledgeModel",
    )


def id_of(owner: Span) -> str:
    """Return the id of a decision; some tools give none, and then the name is it."""
    return owner.attributes.get("id") or owner.attributes.get("name") or ""


def table_in(owner: Span) -> Span | None:
    """Return the decision table that a decision is, if it is one."""
    return owner.one("decisionTable") if owner.kind == "decision" else None


def literal_in(owner: Span) -> Span | None:
    """Return the literal expression that a decision or function is, if it is one."""
    holder = owner.one("encapsulatedLogic") if owner.kind != "decision" else owner
    return None if holder is None else holder.one("literalExpression")


def owner_of(root: Span, decision_id: str) -> Span:
    """Return a decision or function by its id.

    Raises:
        WrongTable: there is none.
    """
    for each in root.of(*_OWNERS):
        if id_of(each) == decision_id:
            return each
    raise WrongTable(decision_id)


def text_of(content: bytes, decision_id: str) -> str:
    """Return the text of a literal expression.

    Raises:
        WrongTable: there is none.
        Unreadable: it is no DMN model, or not in UTF-8.
    """
    literal = literal_in(owner_of(spans(content), decision_id))
    if literal is None:
        raise WrongTable(decision_id)
    return literal.text


def sheet_of(content: bytes, decision_id: str) -> Sheet:
    """Return the table of a decision.

    Raises:
        WrongTable: it has none.
        Unreadable: it is no DMN model, or not in UTF-8.
    """
    owner = owner_of(spans(content), decision_id)
    table = table_in(owner)
    if table is None:
        raise WrongTable(decision_id)
    inputs = tuple(_input(at, each) for at, each in enumerate(table.of("input")))
    outputs = tuple(_output(at, each) for at, each in enumerate(table.of("output")))
    notes = tuple(_notes(table))
    rules = table.of("rule")
    return Sheet(
        id_of(owner),
        owner.attributes.get("name", ""),
        table.attributes.get("hitPolicy") or "UNIQUE",
        table.attributes.get("aggregation", ""),
        inputs,
        outputs,
        notes,
        tuple(
            _row(at, each, len(inputs), len(outputs), len(notes)) for at, each in enumerate(rules)
        ),
    )


def _input(at: int, span: Span) -> InputColumn:
    asked = span.one("inputExpression")
    allowed = span.one("inputValues")
    return InputColumn(
        at,
        span.attributes.get("label", ""),
        "" if asked is None else asked.attributes.get("typeRef", ""),
        "" if allowed is None else allowed.text,
        text="" if asked is None else asked.text,
    )


def _output(at: int, span: Span) -> OutputColumn:
    allowed, default = span.one("outputValues"), span.one("defaultOutputEntry")
    said = span.attributes
    return OutputColumn(
        at,
        said.get("label", ""),
        said.get("typeRef", ""),
        "" if allowed is None else allowed.text,
        name=said.get("name", ""),
        default="" if default is None else default.text,
    )


def _notes(table: Span) -> Iterator[NoteColumn]:
    """Yield the columns of annotations; a rule may have more of them than have a heading."""
    named = table.of("annotation")
    most = max((len(each.of("annotationEntry")) for each in table.of("rule")), default=0)
    for at in range(max(len(named), most)):
        yield NoteColumn(at, named[at].attributes.get("name", "") if at < len(named) else "")


def _row(at: int, rule: Span, inputs: int, outputs: int, notes: int) -> Row:
    return Row(
        at,
        _cells(rule.of("inputEntry"), inputs),
        _cells(rule.of("outputEntry"), outputs),
        _cells(rule.of("annotationEntry"), notes),
    )


def _cells(entries: list[Span], wanted: int) -> tuple[str, ...]:
    """Return the texts of a row, one for each column; cells beyond the columns are kept as such."""
    told = [each.text for each in entries[:wanted]]
    return (*told, *[""] * (wanted - len(told)))
