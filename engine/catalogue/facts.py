"""Areas that tell each other what happened, without knowing each other (ADR 45)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from engine.values.facts import Fact

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_F = TypeVar("_F", bound=Fact)
Hearer: TypeAlias = "Callable[[Session, _F], None]"
_HOME: Final = "engine.values."


class Hearers:
    """Who hears which kind of fact."""

    def __init__(self) -> None:
        self._of: dict[type[Fact], dict[str, Hearer[Any]]] = {}

    def add(self, kind: type[Fact], hearer: Hearer[Any]) -> None:
        """Let ``hearer`` act on each fact of a kind; again the same changes nothing.

        Raises:
            TypeError: the kind is not one of the facts that all areas share.
        """
        if not (isinstance(kind, type) and issubclass(kind, Fact) and _is_shared(kind)):
            raise TypeError(f"{kind!r} is no fact of engine.values")
        self._of.setdefault(kind, {})[f"{hearer.__module__}.{hearer.__qualname__}"] = hearer

    def of(self, kind: type[Fact]) -> tuple[Hearer[Any], ...]:
        """Return who hears a kind of fact, in the order of their names."""
        found = self._of.get(kind)
        return () if found is None else tuple(found[name] for name in sorted(found))


HEARERS: Final = Hearers()


def hears(kind: type[_F]) -> Callable[[Hearer[_F]], Hearer[_F]]:
    """Register what an area does when another tells a fact, in the transaction of the telling.

    It writes only the area's own records and never calls out. Raising `RulesBroken` refuses
    the whole act: nothing of it is kept, neither the teller's part nor any hearer's. Hearers
    of one fact act in the order of their modules' and functions' names, each once.
    """

    def keep(hearer: Hearer[_F]) -> Hearer[_F]:
        HEARERS.add(kind, hearer)
        return hearer

    return keep


def announce(session: Session, fact: Fact) -> None:
    """Tell the other areas what this one has just done; where nobody hears, nothing happens.

    Every hearer acts before it returns and in the same transaction. Who tells does not
    catch a refusal: what was written before it goes with the transaction.

    Raises:
        TypeError: what is told is not one of the facts that all areas share.
        RulesBroken: a hearer refuses the act.
    """
    if not (isinstance(fact, Fact) and _is_shared(type(fact))):
        raise TypeError(f"{type(fact).__qualname__} is no fact of engine.values")
    for hearer in HEARERS.of(type(fact)):
        hearer(session, fact)


def _is_shared(kind: type[Fact]) -> bool:
    return kind is not Fact and kind.__module__.startswith(_HOME)
