"""What an evaluation says beside its value: the decisions made, the rules hit, the inputs seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine import feel

LONGEST: Final = 2_000  #: characters of one value in the facts of an explanation


@dataclass(frozen=True, slots=True)
class RuleHit:
    """One row of a decision table whose tests were met."""

    number: int  #: from 1, in the order they are drawn
    id: str | None
    outputs: Mapping[str, object]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSeen:
    """One decision table as it was evaluated."""

    id: str | None
    hit_policy: str
    inputs: Mapping[str, object]  #: by label
    hits: tuple[RuleHit, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """One decision that was made on the way."""

    id: str
    name: str
    namespace: str
    value: object
    inputs: Mapping[str, object]  #: what it required, by name
    tables: tuple[TableSeen, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value, and how it came about."""

    value: object
    made: tuple[Made, ...]  #: in the order they were made; the last is the one asked for
    warnings: tuple[str, ...]  #: why parts of it are null
    violations: tuple[str, ...]  #: what the model says must not be: two rules of a unique table, …
    model: str  #: name of the model
    version: str  #: SHA-256 of the files it was read from

    def facts(self) -> dict[str, Any]:
        """Return the explanation as plain data for the history; long values are cut."""
        return {
            "model": self.model,
            "version": self.version,
            "decisions": [_made(each) for each in self.made],
            "warnings": list(self.warnings),
            "violations": list(self.violations),
        }


def _made(made: Made) -> dict[str, Any]:
    return {
        "id": made.id,
        "name": made.name,
        "value": plain_of(made.value),
        "inputs": {name: plain_of(each) for name, each in made.inputs.items()},
        "tables": [_table(each) for each in made.tables],
    }


def _table(seen: TableSeen) -> dict[str, Any]:
    return {
        "id": seen.id,
        "hit_policy": seen.hit_policy,
        "inputs": {name: plain_of(each) for name, each in seen.inputs.items()},
        "rules": [
            {
                "number": each.number,
                "id": each.id,
                "outputs": {name: plain_of(value) for name, value in each.outputs.items()},
                "notes": list(each.notes),
            }
            for each in seen.hits
        ],
    }


def plain_of(value: object) -> Any:
    """Return a value as the history keeps it."""
    try:
        plain = feel.to_json(value)
    except TypeError:
        return "(function)"
    size = len(plain) if isinstance(plain, str) else len(repr(plain))
    return f"({type(value).__name__} of {size} characters)" if size > LONGEST else plain
