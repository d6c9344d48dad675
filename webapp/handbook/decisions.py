"""The decisions a process asks: tables rule by rule, in words and as the model has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.changes import Part
from webapp.formatting import digits
from webapp.handbook.book import LONGEST_NAME, MOST_ROWS, Decision, Rule, tidy
from webapp.handbook.source import Source, fact, said_in
from webapp.versions.names import local
from webapp.versions.rules import children_of, column_name, rule_in_words, text_of

_CELLS = ("inputEntry", "outputEntry", "annotationEntry")


def decisions_of(source: Source) -> tuple[Decision, ...]:
    """Return the decisions that steps ask, each with those it asks itself."""
    known = dict(_known(source))
    asked = [
        fact(node, "decisionId", "decisionRef")
        for node in source.nodes.values()
        if local(node.tag) == "businessRuleTask"
    ]
    found: dict[str, Part] = {}
    while asked:
        each = asked.pop(0)
        if each in known and each not in found:
            found[each] = known[each]
            asked += _needed(known[each], known)
    return tuple(_decision(source, each) for each in found.values())


def _known(source: Source) -> Iterator[tuple[str, Part]]:
    for file, root in source.names.files.items():
        for each in root.parts if file.endswith(".dmn") else ():
            if local(each.tag) == "decision" and each.mark:
                yield each.mark, each


def _needed(decision: Part, known: Mapping[str, Part]) -> list[str]:
    found = (
        each.facts.get("href", "").rpartition("#")[2]
        for each in decision.walk()
        if local(each.tag) == "requiredDecision"
    )
    return [each for each in found if each in known]


def _decision(source: Source, part: Part) -> Decision:
    about = "\n".join(said_in(each) for each in children_of(part, "description"))
    name = tidy(source.names.text("decisions", part.mark) or part.facts.get("name") or part.mark)
    for table in children_of(part, "decisionTable"):
        return _table(source, part, table, name, about)
    found = (text_of(each) for each in children_of(part, "literalExpression"))
    return Decision(part.mark, name, tidy(about), expression=tidy(next(found, "")))


def _table(source: Source, part: Part, table: Part, name: str, about: str) -> Decision:
    kinds = [kind.removesuffix("Entry") for kind in _CELLS]
    columns = [column for kind in kinds for column in children_of(table, kind)]
    rules = children_of(table, "rule")
    return Decision(
        part.mark,
        name,
        tidy(about),
        table.facts.get("hitPolicy", "UNIQUE"),
        tuple(
            tidy(column_name(each) or each.facts.get("name", ""), LONGEST_NAME) for each in columns
        ),
        tuple(
            _rule(source, number, each, table) for number, each in enumerate(rules[:MOST_ROWS], 1)
        ),
        left_out=max(len(rules) - MOST_ROWS, 0),
    )


def _rule(source: Source, number: int, rule: Part, table: Part) -> Rule:
    cells = [cell for kind in _CELLS for cell in children_of(rule, kind)]
    return Rule(
        digits(number, source.saying.manner),
        tuple(tidy(text_of(each), LONGEST_NAME) for each in cells),
        tidy(rule_in_words(rule, table, source.names, source.saying)),
    )
