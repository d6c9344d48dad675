"""Operations that clients may know and Divan does not offer: 501, with the reason.

An address of Camunda's is never *not found* by accident. What is asked for here exists in
Camunda 7; the sentence says why it does not here, or what to ask instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from webapp.engine_rest.published import OPERATIONS, Operation
from webapp.engine_rest.reasons import LATER, REASONS, RESOURCES
from webapp.engine_rest.refusals import Refused, not_found
from webapp.engine_rest.registry import DONE
from webapp.engine_rest.routing import route

KIND: Final = "NotOfferedException"


def reason(operation: Operation) -> str:
    """Return why an operation is not offered."""
    return REASONS.get(operation.id, LATER)


def register() -> None:
    """Answer every published operation that no view does; called once all views are known."""
    for each in OPERATIONS.values():
        if each.id not in DONE:
            route(each.route, each.method, each.id, _refusing(each))


def refuse_unknown(path: str) -> ResponseReturnValue:
    """Refuse an address that is none of the published ones.

    Raises:
        Refused: 501 where Camunda may have something there, else 404.
    """
    first = path.removeprefix("engine/default/").partition("/")[0]
    if first in _KNOWN:
        why = RESOURCES.get(first, "no published client asks for it")
        said = f"{request.method} /{path} is not offered by Divan: {why}."
        raise Refused(501, said, KIND)
    raise not_found(f"There is no /{path} in this API for this method.")


def _refusing(operation: Operation) -> Callable[..., ResponseReturnValue]:
    def refuse(**_: str) -> ResponseReturnValue:
        said = f"{operation.id} is not offered by Divan: {reason(operation)}."
        raise Refused(501, said, KIND)

    return refuse


#: first parts of Camunda's addresses; there is one engine, and nothing of another's
_KNOWN: Final = {*(each.path.split("/")[1] for each in OPERATIONS.values()), *RESOURCES} - {
    "engine"
}
