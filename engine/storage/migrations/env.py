"""Alembic's entry: runs the migrations on the connection `engine.storage.migrate` gives."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from engine.model.base import Base
from engine.model.instance import SEARCHED

OURS = ("Exact", "JsonText", "Moment", "Money")


def _render(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    """Write our own column types by name; an area's types by the one they stand on."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    name = next((each.__name__ for each in type(item).__mro__ if each.__name__ in OURS), None)
    name = name or type(item.impl_instance).__name__
    if name not in OURS:
        return False
    autogenerate.imports.add(f"from engine.sdk import {name}")
    return f"{name}()"


def _include(_item: object, name: str | None, kind: str, *_: object) -> bool:
    """Look only at the tables of the branch that is being written, and what they declare."""
    if kind == "index" and name in SEARCHED:
        return False
    wanted = context.config.attributes.get("tables")
    return wanted is None or kind != "table" or name in wanted


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=_render,
    include_object=_include,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
