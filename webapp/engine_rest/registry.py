"""What of the published operations is done here, and by which view.

A view says so itself: ``@does("getTasks", "queryTasks", listing=TASKS)``. Method and address
come from the operation; what the view takes of the parameters and properties that clients may
send is named beside it, and everything else is refused with 400. The description served at
``/engine-rest/openapi.json`` and the table of ``docs/reference/rest.md`` are read from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, TypeVar

from flask import request
from flask.typing import ResponseReturnValue

from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.published import OPERATIONS, Operation, argument
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.routing import route

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, slots=True)
class Done:
    """An operation that is answered, with what it takes."""

    operation: Operation
    summary: str  #: the first line of what its view says of itself
    query: frozenset[str] = frozenset()  #: parameters of the address
    body: frozenset[str] = frozenset()  #: properties of the JSON body
    form: frozenset[str] = frozenset()  #: parts of a multipart body
    statuses: tuple[int, ...] = (200,)  #: when all went well
    sorts_by: tuple[str, ...] = ()
    own: bool = field(default=False)  #: Divan's own, which Camunda does not have


#: how parameters of an address are written that are no texts
_PATTERNS: Final = {"bool": re.compile("true|false", re.IGNORECASE), "int": re.compile("-?[0-9]+")}

#: by the operation's id
DONE: Final[dict[str, Done]] = {}


def does(
    *operations: str,
    listing: Listing | None = None,
    query: Iterable[str] = (),
    body: Iterable[str] = (),
    form: Iterable[str] = (),
    statuses: tuple[int, ...] | None = None,
) -> Callable[[View], View]:
    """Answer published operations by a view, which is given the values of the path in order.

    Args:
        operations: ids of operations that take the same path parameters.
        listing: filters, order and page it takes: in the address, or in the body of a POST.
        query: other parameters of the address it takes.
        body: properties of the JSON body it takes.
        form: parts of the multipart body it takes.
        statuses: of success, when not the usual one: 200 with an answer, 204 without.

    Raises:
        KeyError: there is no such operation.
        ValueError: another view does it.
    """

    def keep(view: View) -> View:
        for each in operations:
            operation = OPERATIONS[each]
            usual = (204,) if operation.answer is None else (200,)
            asked = listing.taken if listing else frozenset()
            is_body = operation.body is not None
            _add(
                Done(
                    operation,
                    _summary(view),
                    frozenset(query) | (frozenset(operation.query) & asked),
                    frozenset(body) | (asked if is_body else frozenset()),
                    frozenset(form),
                    statuses or usual,
                    tuple(listing.order) if listing else (),
                ),
                view,
                asked,
            )
        return view

    return keep


def offers(
    method: str, path: str, *, answer: str | None = None, **taken: Any
) -> Callable[[View], View]:
    """Answer an address of our own, which Camunda does not have."""

    def keep(view: View) -> View:
        operation = Operation(view.__name__, "divan", method, path, answer=answer)
        _add(Done(operation, _summary(view), own=True, **taken), view)
        return view

    return keep


def _add(
    done: Done, view: Callable[..., ResponseReturnValue], asked: frozenset[str] = frozenset()
) -> None:
    operation = done.operation
    if operation.id in DONE:
        raise ValueError(f"{operation.id} is done twice")
    DONE[operation.id] = done
    route(
        operation.route,
        operation.method,
        operation.id,
        _typed(done, in_order(operation, view), asked),
    )


def _typed(
    done: Done, view: Callable[..., ResponseReturnValue], asked: frozenset[str]
) -> Callable[..., ResponseReturnValue]:
    """Return a view that refuses parameters it does not take, or that are of another type.

    Args:
        asked: what a list takes, published for this address or not.
    """
    taken = done.query | asked
    kinds = {name: done.operation.query.get(name, "str") for name in done.query}
    patterns = {name: _PATTERNS[kind] for name, kind in kinds.items() if kind in _PATTERNS}

    @wraps(view)
    def called(**given: str) -> ResponseReturnValue:
        if unknown := sorted(request.args.keys() - taken):
            raise invalid(f"Unknown parameters: {', '.join(unknown)}")
        for name, pattern in patterns.items():
            value = request.args.get(name)
            if value is not None and not pattern.fullmatch(value):
                raise invalid(f"Cannot set query parameter '{name}' to value '{value}'")
        return view(**given)

    return called


def in_order(
    operation: Operation, view: Callable[..., ResponseReturnValue]
) -> Callable[..., ResponseReturnValue]:
    """Return a view that takes the path's values by their names in the route."""
    names = [argument(each) for each in operation.parameters]

    @wraps(view)
    def called(**given: str) -> ResponseReturnValue:
        return view(*(given[each] for each in names))

    return called


def _summary(view: Callable[..., Any]) -> str:
    return (view.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def by_group() -> Mapping[str, list[Operation]]:
    """Return the published operations by the group they stand in."""
    groups: dict[str, list[Operation]] = {}
    for each in OPERATIONS.values():
        groups.setdefault(each.group, []).append(each)
    return groups
