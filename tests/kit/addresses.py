"""The applications of one run share what is compiled of their addresses.

Most tests have an application of their own, and all of these have the same 150 addresses.
Werkzeug writes and compiles two functions for each, which is nine tenths of making an
application; they depend on the address alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

Builder = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Compile what builds an address at the first application that has it."""
    compiled: Callable[[Rule, bool], Builder] = Rule._compile_builder
    known: dict[object, Builder] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Builder:
        if rule.defaults:
            return compiled(rule, append_unknown)  # its converters are asked for their values
        address = (rule.rule, tuple(rule._trace), append_unknown)
        if address not in known:
            known[address] = compiled(rule, append_unknown)
        return known[address]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", builder)
        yield
