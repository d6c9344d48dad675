"""What ``process.toml`` declares, in words: desks, deadlines, who may not be one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from webapp.formatting import digits
from webapp.texts import N_
from webapp.versions.names import Names
from webapp.versions.sentences import Rank, Saying

#: what may be declared of a step, and how much it matters
OF_STEPS: Final[Mapping[str, tuple[str, Rank]]] = {
    "escalate": (N_("who is told when it is late"), Rank.WHO),
    "confirm": (N_("is an approval, confirmed with the password"), Rank.WHO),
    "sign": (N_("the least level of its signature"), Rank.WHO),
    "sign_full": (N_("the full level of its signature"), Rank.WHO),
    "offer": (N_("to whom it goes when it opens"), Rank.WHO),
    "bulk": (N_("many may be answered at once"), Rank.WHO),
    "bulk_to": (N_("the largest amount that is answered with others"), Rank.WHO),
    "high_risk": (N_("is of high risk: each is looked at by itself"), Rank.WHO),
    "point_of_no_return": (N_("nothing is taken back behind it"), Rank.WHO),
    "returns": (N_("may be sent back to earlier steps"), Rank.STEP),
    "priority": (N_("the priority"), Rank.WORK),
    "retries": (N_("how often it is tried"), Rank.WORK),
    "lease": (N_("seconds an attempt may take"), Rank.WORK),
    "connector": (N_("the connector"), Rank.WORK),
    "connection": (N_("the connection"), Rank.WORK),
}
_PLACES: Final[Mapping[str, str]] = {
    "case": N_("in the unit of the case"),
    "ancestor": N_("in the unit of the case or one above it"),
    "anywhere": N_("wherever it is held"),
}


def desk_in_words(lane: Any, names: Names, saying: Saying) -> str | None:
    """Return whose work a lane is: a role and where it is held; ``None`` where nobody is named."""
    if not isinstance(lane, dict):
        return None if lane is None else saying.value(lane)
    place = str(lane.get("in", "case"))
    where = saying.say(_PLACES[place]) if place in _PLACES else _place(place, saying)
    said = f"{names.role_called(str(lane.get('role', '')))} {where}"
    others = {key: each for key, each in lane.items() if key not in ("role", "in")}
    if "head" in others:
        head = names.role_called(str(others.pop("head")))
        said = saying.say(N_("%(desk)s, led by %(head)s"), desk=said, head=head)
    return saying.listed([said, saying.value(others)]) if others else said


def _place(place: str, saying: Saying) -> str:
    if place.startswith("party:"):
        return saying.say(N_("of the organisation in %(name)s"), name=place[6:])
    return saying.say(N_("in the unit %(unit)s"), unit=place)


def deadline_in_words(due: Any, process_id: str, names: Names, saying: Saying) -> str | None:
    """Return how long a step may take; ``None`` where no deadline is declared."""
    if not isinstance(due, dict) or len(due) != 1:
        return None if due is None else saying.value(due)
    [(unit, amount)] = due.items()
    if unit == "until":
        label = names.vocabulary(process_id).name(str(amount))
        return saying.say(N_("until the date in %(name)s"), name=saying.quoted(label))
    if not isinstance(amount, int):
        return saying.value(due)
    texts = saying.texts
    said = {
        "days": lambda: texts.ngettext("%(count)s day", "%(count)s days", amount),
        "working_days": lambda: texts.ngettext(
            "%(count)s working day", "%(count)s working days", amount
        ),
        "working_hours": lambda: texts.ngettext(
            "%(count)s working hour", "%(count)s working hours", amount
        ),
        "months": lambda: texts.ngettext("%(count)s month", "%(count)s months", amount),
    }.get(unit)
    return said() % {"count": digits(amount, saying.manner)} if said else saying.value(due)


def rest_of_rule(rule: Mapping[str, Any], names: Names, saying: Saying) -> str:
    """Say who may except somebody from a four-eyes rule, and what is broken without."""
    rest = {key: each for key, each in rule.items() if key != "steps"}
    said = []
    if "code" in rest:
        said.append(saying.say(N_("rule %(code)s"), code=str(rest.pop("code"))))
    if "exception" in rest:
        role = names.role_called(str(rest.pop("exception")))
        said.append(saying.say(N_("exceptions granted by %(role)s"), role=role))
    else:
        said.append(saying.say(N_("no exceptions")))
    return saying.listed(said + ([saying.value(rest)] if rest else []))
