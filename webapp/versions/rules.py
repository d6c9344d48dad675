"""The rules of a decision table in words."""

from __future__ import annotations

from dataclasses import replace

from engine.bpmn.interchange import TEXT
from engine.changes import Part
from webapp.cases.phrases import cell_in_words
from webapp.texts import N_
from webapp.versions.names import Names, local
from webapp.versions.sentences import Saying


def rule_in_words(rule: Part, table: Part, names: Names, saying: Saying) -> str:
    """Say a rule: when this and that, then so."""
    columns = children_of(table, "input")
    tests = [
        said
        for column, cell in zip(columns, children_of(rule, "inputEntry"), strict=False)
        if (said := asked_in_words(column, text_of(cell), names))
    ]
    outputs = [
        f"{_output(column)}: {text_of(cell)}"
        for column, cell in zip(
            children_of(table, "output"), children_of(rule, "outputEntry"), strict=False
        )
    ]
    when = saying.texts.gettext(N_(" and ")).join(tests)
    then = saying.listed(outputs)
    if not when:
        return saying.say(N_("always, %(then)s"), then=then)
    return saying.say(N_("when %(when)s, %(then)s"), when=when, then=then)


def asked_in_words(column: Part, cell: str, names: Names) -> str:
    """Return what a cell asks of the input of its column; nothing when any value will do."""
    asked = text_of(next(iter(children_of(column, "inputExpression")), None))
    if cell in ("", "-"):
        return ""
    known = names.vocabulary("")
    labels = {asked: column.facts.get("label") or asked, **known.labels}
    return cell_in_words(asked, cell, replace(known, labels=labels))


def children_of(part: Part | None, name: str) -> list[Part]:
    """Return the children of a kind, whatever its namespace."""
    return [each for each in (part.parts if part else ()) if local(each.tag) == name]


def text_of(part: Part | None) -> str:
    """Return what a cell or an expression says."""
    found = next(iter(children_of(part, "text")), part)
    return found.facts.get(TEXT, "").strip() if found else ""


def column_name(column: Part) -> str:
    """Return what a column is called: its label, or what it asks."""
    asked = text_of(next(iter(children_of(column, "inputExpression")), None))
    return _output(column) or asked or column.mark


def _output(column: Part) -> str:
    return column.facts.get("label") or column.facts.get("name") or ""
