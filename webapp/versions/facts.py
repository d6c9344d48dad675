"""What the attributes of elements are called, how much they matter; and what has no name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from engine.bpmn.interchange import TEXT, step_of
from engine.changes import Added, Changed, Part, Removed
from webapp.texts import N_
from webapp.versions.aspects import innermost
from webapp.versions.names import local
from webapp.versions.sentences import Codes, Entry, Mark, Rank, Saying


class Told(NamedTuple):
    """What a sentence says, how much it matters, how it is shown, and what is no prose in it."""

    text: str
    rank: Rank
    mark: Mark = "changed"
    codes: Codes = ()


#: of elements and of what vendors write in them
FACTS: Final[Mapping[str, tuple[str, Rank]]] = {
    "name": (N_("the name in the diagram"), Rank.TEXT),
    "documentation": (N_("the description"), Rank.TEXT),
    "text": (N_("the text"), Rank.TEXT),
    "isExecutable": (N_("can be run"), Rank.STEP),
    "cancelActivity": (N_("interrupts the step"), Rank.STEP),
    "isInterrupting": (N_("interrupts what goes on"), Rank.STEP),
    "errorCode": (N_("the code of the error"), Rank.WORK),
    "formId": (N_("the form"), Rank.FORM),
    "candidateGroups": (N_("who may do it"), Rank.WHO),
    "candidateUsers": (N_("who may do it by name"), Rank.WHO),
    "assignee": (N_("to whom it is given"), Rank.WHO),
    "dueDate": (N_("the deadline in the diagram"), Rank.DEADLINE),
    "followUpDate": (N_("when to follow up"), Rank.DEADLINE),
    "priority": (N_("the priority"), Rank.WORK),
    "decisionId": (N_("the decision that is asked"), Rank.AMOUNT),
    "resultVariable": (N_("what the result is called"), Rank.WORK),
    "processId": (N_("the process that is called"), Rank.STEP),
    "calledElement": (N_("the process that is called"), Rank.STEP),
    "type": (N_("what the system does"), Rank.WORK),
    "topic": (N_("what the system does"), Rank.WORK),
    "retries": (N_("how often it is tried"), Rank.WORK),
    "inputCollection": (N_("what it is repeated for"), Rank.STEP),
    "isSequential": (N_("one after the other"), Rank.STEP),
    "completionCondition": (N_("when repeating ends"), Rank.AMOUNT),
    "condition": (N_("what is waited for"), Rank.AMOUNT),
    "script": (N_("the script"), Rank.AMOUNT),
    "correlationKey": (N_("how a message is matched"), Rank.WORK),
}
_LINKS: Final = frozenset({"incoming", "outgoing"})


def unsaid(entry: Entry, name: str, saying: Saying) -> Told:
    """Say what there is no sentence for as it stands in the file, with its place.

    Args:
        name: of the element it is in, in quotation marks; where there is none, nothing.
    """
    label, rank = _label(entry)
    inside = entry.way[(innermost(entry.way) or 0) + 1 :]
    what = saying.say(label) if label else "/".join(step_of(each) for each in inside)
    match entry.change:
        case Changed(name=fact, before=before, after=after):
            what = what if label else f"{what}/{local(fact)}".lstrip("/")
            return Told(saying.became(saying.about(name, what), before, after), rank)
        case Added(part=part):
            text = saying.say(N_("%(what)s, new"), what=saying.about(name, what))
            return Told(text, rank, "added", tuple(facts_in(part)))
        case Removed(part=part):
            text = saying.say(N_("%(what)s, no more"), what=saying.about(name, what))
            return Told(text, rank, "removed", tuple(facts_in(part)))
    text = saying.say(N_("%(what)s in another place in the file"), what=saying.about(name, what))
    return Told(text, Rank.DRAWING, "moved")


def _label(entry: Entry) -> tuple[str, Rank]:
    """Return what people call the fact that changed, where it has a name; and its weight."""
    change = entry.change
    names = [local(each.tag) for each in entry.way]
    rest = Rank.WORK if "extensionElements" in names else Rank.REST
    if isinstance(change, Changed):
        return FACTS.get(names[-1] if change.name == TEXT else local(change.name), ("", rest))
    facts = change.part.facts if isinstance(change, Added | Removed) else {}
    known = [FACTS[local(each)] for each in facts if local(each) in FACTS]
    return known[0] if len(known) == 1 else ("", rest)


def facts_in(part: Part) -> Iterator[tuple[str, str]]:
    """Yield each thing a part says, with its place inside it.

    Not its id and name, which its sentence has, and not its links, which its ways tell.
    """
    todo = [(part, "")]
    while todo:
        each, where = todo.pop()
        for name, fact in each.facts.items():
            if where or name not in ("id", "name"):
                yield f"{where}/{local(name)}".strip("/").removesuffix(f"/{TEXT}"), fact
        todo.extend(
            (inner, f"{where}/{step_of(inner)}".strip("/"))
            for inner in reversed(each.parts)
            if local(inner.tag) not in _LINKS
        )
