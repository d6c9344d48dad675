"""Joint signature: which groups sign an order, who is in them, and what they sign."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import Problem
from engine.values import Rial


@dataclass(frozen=True, slots=True)
class Group:
    """One signature of an order: any one of these roles, when the amount is above a limit."""

    code: str
    roles: frozenset[str]
    above: Rial | None = None  #: it signs only larger orders; ``None``: every order


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that stands."""

    group: str
    person: str  #: id of the person
    national_code: str = ""  #: one person can have two accounts (`domain.md` §12)
    digest: str = ""


def needed(groups: Iterable[Group], amount: Rial) -> tuple[Group, ...]:
    """Return the groups that have to sign an order of this amount."""
    return tuple(each for each in groups if each.above is None or amount > each.above)


def may_sign(
    group: Group, roles: frozenset[str], person: Signed, standing: Iterable[Signed]
) -> list[Problem]:
    """Return what stands against a signature.

    ``PAY-008`` not of the group, or signed before; ``SOD-004`` one person for two groups, told by
    account and by national code.
    """
    problems = []
    if not roles & group.roles:
        problems.append(Problem("PAY-008", None, {"group": group.code}))
    for each in standing:
        if not _is_same(each, person):
            continue
        code = "PAY-008" if each.group == group.code else "SOD-004"
        problems.append(Problem(code, None, {"group": each.group}))
    return problems


def _is_same(one: Signed, other: Signed) -> bool:
    known = one.national_code and other.national_code
    return one.person == other.person or bool(known and one.national_code == other.national_code)


#: What the signed bytes contain (R-PAY-03), in this order.
SIGNED: Final = (
    "order_no", "amount", "amount_in_words", "payee_id", "payee_iban", "debit_iban", "due_on",
    "instrument", "sayad_id", "voucher_hash",
)  # fmt: skip


def digest(order: Mapping[str, str]) -> str:
    """Return the hash of what a signer signs: it changes with every part of R-PAY-03."""
    told = {each: order[each] for each in SIGNED}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def digest_of(digests: Mapping[str, str]) -> str:
    """Return the hash of what is signed at once: of one order its own, of several the list's.

    Every order of a batch has its own signature (R-SIG-09); this tells that the list a signer saw
    is the one he signs: an order added, left out or changed is another list.

    Args:
        digests: the hash of each order by its number.

    >>> digest_of({"D07-1405-P000001": "sha256:1f"})
    'sha256:1f'
    """
    if len(digests) == 1:
        return next(iter(digests.values()))
    text = json.dumps(dict(digests), sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
