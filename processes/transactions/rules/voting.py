"""Sessions of a commission: quorum, votes, dissent (R-TND-05) and boards (R-TND-14)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import Problem
from processes.transactions.rules.computation import Computed, Step


class Tie(enum.Enum):
    """What equal votes come to, where an even number votes."""

    FAILS = "fails"  #: no majority is for it
    CHAIR = "chair"  #: the side of the chair, or of who sits in the chair's seat


@dataclass(frozen=True, slots=True)
class Body:
    """A commission or board, as the rule pack has it."""

    quorum: int = 3
    is_unanimous: bool = False  #: a board that decides with all votes, or not at all
    tie: Tie = Tie.FAILS


@dataclass(frozen=True, slots=True)
class Seat:
    """A voting member's seat at a session."""

    member: str  #: as votes name it
    sits: str | None  #: who is here: the member, or the deputy registered for it; nobody
    has_interest: bool = False  #: in one of the bidders, as declared or known


@dataclass(frozen=True, slots=True)
class Vote:
    """How a seat voted."""

    member: str
    is_for: bool
    reason: str = ""  #: who dissents from the decision gives one


def check_session(body: Body, seats: Sequence[Seat]) -> list[Problem]:
    """Return why a session cannot begin.

    ``TND-009`` too few voting members or deputies are here, or one person on two seats ·
    ``SOD-010`` a member has an interest in a bidder.

    >>> two = [Seat("a", "a"), Seat("b", "b"), Seat("c", None)]
    >>> [each.params for each in check_session(Body(), two)]
    [{'here': '2', 'quorum': '3'}]
    """
    here = {each.sits for each in seats if each.sits is not None}
    problems = []
    if len(here) < body.quorum:
        told = {"here": str(len(here)), "quorum": str(body.quorum)}
        problems.append(Problem("TND-009", None, told))
    problems += [Problem("SOD-010", f"seats/{each.member}") for each in seats if each.has_interest]
    return problems


def check_votes(
    seats: Sequence[Seat], votes: Sequence[Vote], tie: Tie = Tie.FAILS
) -> list[Problem]:
    """Return why votes cannot be counted.

    ``TND-032`` a seat has not voted, has voted twice, or there is no such seat · ``TND-033``
    who is outvoted gives no reason.

    Args:
        seats: the chair's first.
    """
    wanted = {each.member for each in seats if each.sits is not None}
    cast = [each.member for each in votes]
    odd = {each for each in cast if each not in wanted or cast.count(each) > 1}
    problems = [Problem("TND-032", f"votes/{each}") for each in sorted(odd | (wanted - set(cast)))]
    problems += [
        Problem("TND-033", f"votes/{each}/reason")
        for each in _outvoted_without_reason(votes, tie, chair_of(seats))
    ]
    return problems


def chair_of(seats: Sequence[Seat]) -> str | None:
    """Return how votes name the chair, whose seat is the first."""
    return seats[0].member if seats else None


def _outvoted_without_reason(votes: Sequence[Vote], tie: Tie, chair: str | None) -> list[str]:
    # a single no outvotes nobody where all are needed
    most_are_for = _passes(Body(tie=tie), votes, chair)
    return [
        each.member for each in votes if each.is_for != most_are_for and not each.reason.strip()
    ]


def decision(body: Body, votes: Sequence[Vote], chair: str | None = None) -> Computed[bool]:
    """Return whether a decision passes: more for than against, or all of them.

    Args:
        chair: whose vote tells where votes are equal and the pack says so.

    >>> decision(Body(), [Vote("a", True), Vote("b", False), Vote("c", True)]).result
    True
    >>> decision(Body(tie=Tie.CHAIR), [Vote("a", True), Vote("b", False)], chair="a").result
    True
    """
    for_it = sum(1 for each in votes if each.is_for)
    passes = _passes(body, votes, chair)
    code = "vote.passes" if passes else "vote.fails"
    told = Step.of(code, approving=for_it, against=len(votes) - for_it)
    return Computed(passes, (told,))


def _passes(body: Body, votes: Sequence[Vote], chair: str | None) -> bool:
    for_it = sum(1 for each in votes if each.is_for)
    if body.tie is Tie.CHAIR and not body.is_unanimous and 2 * for_it == len(votes):
        return any(each.is_for for each in votes if each.member == chair)
    needed = len(votes) if body.is_unanimous else len(votes) // 2 + 1
    return bool(votes) and for_it >= needed
