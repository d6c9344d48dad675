"""DMN models as tests write them: short, and then as a file of the standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine import dmn

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DMN_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def file(*parts: str, namespace: str = "urn:it", standard: str = DMN_15, name: str = "it") -> bytes:
    """Return a model of these elements."""
    inside = "\n".join(parts)
    return (
        f'<definitions xmlns="{standard}" xmlns:feel="urn:feel" xmlns:other="urn:other" '
        f'id="definitions" name="{name}" namespace="{namespace}">{inside}</definitions>'
    ).encode()


def load(*parts: str, **also: bytes) -> dmn.Decisions:
    """Return the decisions of a model of these elements, and of other files."""
    others = {f"{name}.dmn": content for name, content in also.items()}
    return dmn.load({"it.dmn": file(*parts), **others})


def ask(*parts: str, **inputs: Any) -> Any:
    """Return the value of the decision ``it`` of a model of these elements."""
    return load(*parts).evaluate("it", inputs, now=NOON).value


def literal(text: str, type_ref: str = "") -> str:
    return f"<literalExpression{_typed(type_ref)}><text>{escape(text)}</text></literalExpression>"


def variable(name: str, type_ref: str = "") -> str:
    return f"<variable name={quoteattr(name)}{_typed(type_ref)}/>"


def inputs(**types: str) -> str:
    """Return input data with their types."""
    return "".join(
        f'<inputData id="{name}" name="{name}">{variable(name, type_ref)}</inputData>'
        for name, type_ref in types.items()
    )


def decision(
    logic: str,
    *,
    id: str = "it",  # noqa: A002 - as the attribute is called
    needs: Sequence[str] = (),
    needs_decisions: Sequence[str] = (),
    knows: Sequence[str] = (),
    type_ref: str = "",
) -> str:
    """Return a decision; what it needs is named by id."""
    requirements = [_requires("informationRequirement", "requiredInput", each) for each in needs]
    requirements += [
        _requires("informationRequirement", "requiredDecision", each) for each in needs_decisions
    ]
    requirements += [_requires("knowledgeRequirement", "requiredKnowledge", each) for each in knows]
    inside = variable(id, type_ref) + "".join(requirements) + logic
    return f'<decision id="{id}" name="{id}">{inside}</decision>'


def _requires(kind: str, target: str, href: str) -> str:
    full = href if "#" in href else f"#{href}"
    return f'<{kind}><{target} href="{full}"/></{kind}>'


def knowledge(id: str, parameters: Mapping[str, str], logic: str, type_ref: str = "") -> str:  # noqa: A002
    """Return a business knowledge model."""
    taken = "".join(
        f"<formalParameter name={quoteattr(name)}{_typed(each)}/>"
        for name, each in parameters.items()
    )
    inside = f"{variable(id, type_ref)}<encapsulatedLogic>{taken}{logic}</encapsulatedLogic>"
    return f'<businessKnowledgeModel id="{id}" name="{id}">{inside}</businessKnowledgeModel>'


def table(
    columns: Sequence[str],
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    outputs: Sequence[str] = ("<output/>",),
) -> str:
    """Return a decision table over input expressions; a rule is its tests and its outputs."""
    inside = "".join(
        each
        if each.startswith("<")
        else f"<input><inputExpression><text>{escape(each)}</text></inputExpression></input>"
        for each in columns
    )
    inside += "".join(outputs)
    for number, (tests, values) in enumerate(rules, 1):
        cells = "".join(f"<inputEntry><text>{escape(each)}</text></inputEntry>" for each in tests)
        cells += "".join(
            f"<outputEntry><text>{escape(each)}</text></outputEntry>" for each in values
        )
        inside += f'<rule id="rule_{number}">{cells}</rule>'
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="table" hitPolicy="{policy}"{aggregated}>{inside}</decisionTable>'


def output(name: str = "", allowed: str = "", default: str = "", type_ref: str = "") -> str:
    """Return an output column."""
    inside = f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else ""
    if default:
        inside += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
    named = f" name={quoteattr(name)}" if name else ""
    return f"<output{named}{_typed(type_ref)}>{inside}</output>"


def _typed(type_ref: str) -> str:
    return f" typeRef={quoteattr(type_ref)}" if type_ref else ""
