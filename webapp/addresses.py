"""Addresses of pages, worked out once: a page of the list leads to a hundred places."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final
from uuid import UUID

from flask import Flask, current_app, request
from werkzeug.routing import Rule

_ANY: Final = UUID(int=0)
_NAME: Final = "divan-addresses"

Ask = Callable[..., str]


class Address(Rule):
    """An address of the application: what builds it is compiled when something first leads there.

    Werkzeug writes and compiles two functions for each of our 1,250 as the application is made,
    a tenth of a start; most of them no process ever calls.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder

        @cache
        def compiled() -> Callable[..., tuple[str, str]]:
            return compile_now(append_unknown)

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


def init_app(app: Flask) -> None:
    """Let templates ask for an address again without its route being looked for again."""

    @lru_cache(maxsize=1024)
    def known(_mounted: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    def ask(endpoint: str, **values: Any) -> str:
        if endpoint.startswith("."):
            return app.url_for(endpoint, **values)
        return known(request.root_path, endpoint, tuple(values.items()))

    app.extensions[_NAME] = app.jinja_env.globals["url_for"] = ask


def address(endpoint: str, **values: Any) -> str:
    """Return the address of a page, as Flask's ``url_for`` does.

    It depends on the endpoint, its values and where the application is mounted; one
    relative to a blueprint (``.index``) also on the page, and is not kept.
    """
    ask: Ask = current_app.extensions[_NAME]
    return ask(endpoint, **values)


def address_of_each(endpoint: str, name: str) -> Callable[[object], str]:
    """Return what gives the address for one id after the other.

    Args:
        name: what the route calls the id.
    """
    before, _, after = address(endpoint, **{name: _ANY}).partition(str(_ANY))
    return lambda identity: f"{before}{identity}{after}"
