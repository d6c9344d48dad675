"""The applications of one run share what is compiled of their addresses.

Most tests have an application of their own, and all of these have the same thousand addresses.
Werkzeug takes each apart, which is half of making an application, and compiles what builds it
when it is first needed (`webapp.addresses.Address`); all of that depends on the address alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from werkzeug.routing import Rule


class Compiled(NamedTuple):
    """What an address comes to: the parts it is found by, and what builds it again."""

    parts: list[Any]
    trace: list[tuple[bool, str]]
    converters: dict[str, Any]
    build: Callable[..., Any]
    build_with_more: Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Compile an address at the first application that has it."""
    compiled: Callable[[Rule], None] = Rule.compile
    known: dict[object, Compiled] = {}

    def compile_once(rule: Rule) -> None:
        if rule.defaults or rule.host or rule.subdomain:
            return compiled(rule)  # more than the address counts
        kinds = tuple(rule.map.converters.values())
        address = (rule.rule, rule.merge_slashes, kinds)
        if address not in known:
            compiled(rule)
            known[address] = Compiled(
                rule._parts,
                rule._trace,
                rule._converters,
                rule._build.__func__,  # type: ignore[attr-defined]
                rule._build_unknown.__func__,  # type: ignore[attr-defined]
            )
        found = known[address]
        rule._parts, rule._trace, rule._converters = found.parts, found.trace, found.converters
        rule.arguments.update(found.converters)
        rule._build = found.build.__get__(rule, None)
        rule._build_unknown = found.build_with_more.__get__(rule, None)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield
