"""Data stores in a step: rows are read and written in the transaction that takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine import bpmn
from engine.catalogue.handlers import REGISTRY
from engine.catalogue.stores import Store
from engine.commands.models import model_of, stores_written
from engine.model.event import EventKind
from engine.storage import data_stores

if TYPE_CHECKING:
    from engine.commands.follow import Following


def touches_rows(step: bpmn.Step) -> bool:
    """Tell whether a step reads or writes a data store."""
    return bool(step.written) or step.row_needed is not None


def settled(following: Following, step: bpmn.Step) -> bpmn.Step:
    """Return the step with every row it needs read and every one it made written.

    Rows are written in the order in which the diagram made them; what is read later in the
    same step sees them.

    Raises:
        StoreFailed: a row cannot be what it is said to be; nothing of the step may be committed.
    """
    _write(following, step.written)
    while (needed := step.row_needed) is not None:
        answer = {"row": _read(following, needed)}
        further = bpmn.answer(
            model_of(following.bundle),
            following.instance.process_id,
            step.stored,
            needed.token,
            answer,
            at=following.at,
        )
        _write(following, further.written)
        step = step.then(further)
    return step


def _read(following: Following, needed: bpmn.StoreWait) -> Any:
    row = None
    if needed.key is not None:
        with _said_of(needed):
            row = _row(following, needed)
    if row is None:
        facts = {"store": needed.store, "key": needed.key}
        following.tell(EventKind.ROW_MISSING, element_id=needed.element_id, facts=facts)
    return row


def _row(following: Following, needed: bpmn.StoreWait) -> data_stores.Row | None:
    """Return a row; one that the case may write next stays as it is until then."""
    store, session = _declared(following, needed.store), following.uow.session
    held = needed.store in stores_written(following.bundle)
    if store.table is None:
        area = following.bundle.config.area
        return data_stores.read_own(session, area, store.id, needed.key, held=held)
    return data_stores.read_table(session, REGISTRY.tables[store.table], needed.key, held=held)


def _write(following: Following, written: Iterable[bpmn.Written]) -> None:
    for each in written:
        with _said_of(each):
            _keep(following, each)
        facts = {"store": each.store, "row": dict(each.row)}
        following.tell(EventKind.ROW_WRITTEN, element_id=each.element_id, facts=facts)


def _keep(following: Following, written: bpmn.Written) -> None:
    store, session = _declared(following, written.store), following.uow.session
    if store.table is None:
        area, key = following.bundle.config.area, written.row.get(store.key)
        data_stores.write_own(session, area, store.id, key, written.row, following.at)
    else:
        data_stores.write_table(session, REGISTRY.tables[store.table], written.row)


def _declared(following: Following, store: str) -> Store:
    found = following.bundle.config.stores.get(store)
    if found is None:
        raise data_stores.RowRefused("process.toml does not say which table it is")
    if found.table is not None and found.table not in REGISTRY.tables:
        raise data_stores.RowRefused(f"the area has no table {found.table!r} for it")
    return found


@contextmanager
def _said_of(wanted: bpmn.StoreWait | bpmn.Written) -> Iterator[None]:
    """Tell what is refused by the element that asked for it."""
    try:
        yield
    except data_stores.RowRefused as refusal:
        raise bpmn.StoreFailed(wanted.element_id, wanted.store, refusal) from refusal
