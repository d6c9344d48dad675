"""All that the model of one process says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from engine.catalogue.bundle import Bundle
from engine.errors import NotFound
from engine.storage.bundles import Deployed
from engine.versions import tree_of
from webapp.handbook.book import Contents, Fact, FormPage, Role, Step, tidy
from webapp.handbook.decisions import decisions_of
from webapp.handbook.forms import form_page
from webapp.handbook.source import Source, documentation
from webapp.handbook.steps import steps_of
from webapp.handbook.work import facts_of, lanes_in
from webapp.manner import Manner
from webapp.texts import N_
from webapp.versions.declared import desk_in_words, rest_of_rule
from webapp.versions.names import Names, at, local
from webapp.versions.sentences import Saying


@lru_cache(maxsize=64)
def contents_of(definition: Deployed, manner: Manner) -> Contents:
    """Return what a deployed process says, which never changes."""
    return contents(definition.bundle, definition.process_id, manner)


def contents(bundle: Bundle, process_id: str, manner: Manner) -> Contents:
    """Return what a process of a bundle says, fit to be deployed or not.

    Raises:
        NotFound: no diagram of the bundle has such a process.
    """
    try:
        source = Source(bundle, process_id, manner)
    except KeyError as error:
        raise NotFound(f"no process {process_id}") from error
    steps, left_out = steps_of(source)
    names = source.names
    about = [names.text(process_id, "about") or "", documentation(source.process)]
    return Contents(
        process_id,
        tidy(names.process(process_id)),
        tidy(names.area),
        tuple(dict.fromkeys(tidy(each) for each in about if each.strip())),
        source.file,
        json.dumps(names.labels(source.file), ensure_ascii=False),
        tuple(_starts(source)),
        _start_form(source),
        tuple(_roles(source)),
        steps,
        decisions_of(source),
        tuple(_separations(source)),
        tuple(_no_return(steps, source)),
        tuple(_messages(source)),
        left_out,
    )


def _starts(source: Source) -> Iterator[Fact]:
    """Yield how a case begins: by whom, or by what."""
    saying, lanes = source.saying, source.declared("start_lanes")
    if isinstance(lanes, list) and lanes:
        roles = [source.names.role(source.process_id, str(each)) for each in lanes]
        yield Fact(saying.say(N_("Who may start a case")), tidy(saying.listed(roles)))
    for element_id, node in source.nodes.items():
        if local(node.tag) == "startEvent" and not source.parent[element_id]:
            for each in facts_of(source, element_id):
                label = f"{source.called(element_id)}, {each.label}"
                yield Fact(label, each.text, each.code)


def _start_form(source: Source) -> FormPage | None:
    form_id = source.declared("start_form")
    return form_page(source, form_id) if isinstance(form_id, str) else None


def _roles(source: Source) -> Iterator[Role]:
    for lane, role in lanes_in(source):
        said = desk_in_words(source.declared("lanes", lane), source.names, source.saying)
        name = source.names.text(source.process_id, lane)
        drawn = source.names.drawn(source.file).get(lane)
        name = name or (drawn.part.facts.get("name") if drawn else None) or lane
        yield Role(tidy(name), tidy(said or source.saying.say(N_("nobody is named"))), role)


def _separations(source: Source) -> Iterator[str]:
    saying, rules = source.saying, source.declared("not_same_person")
    for rule in rules if isinstance(rules, list) else ():
        steps = at(rule, "steps")
        if isinstance(steps, list):
            named = [saying.quoted(source.called(str(each))) for each in steps]
            text = saying.say(
                N_("%(steps)s of one case need different people"), steps=saying.listed(named)
            )
            yield tidy(f"{text} ({rest_of_rule(rule, source.names, saying)})")


def _no_return(steps: tuple[Step, ...], source: Source) -> Iterator[Fact]:
    for step in steps:
        said = source.declared("tasks", step.id, "point_of_no_return")
        if said not in (None, False):
            reason = source.names.text("no_return", step.id)
            yield Fact(step.name, tidy(reason or (said if isinstance(said, str) else "")))


def _messages(source: Source) -> Iterator[Fact]:
    messages = source.declared("messages")
    for name, said in messages.items() if isinstance(messages, dict) else ():
        lane = str(at(said, "lane") or "")
        who = source.names.role(source.process_id, lane)
        text = (
            N_("sent by %(role)s, with a reason") if at(said, "reason") else N_("sent by %(role)s")
        )
        label = tidy(source.names.message(source.process_id, name) or name)
        yield Fact(label, tidy(source.saying.say(text, role=who)))


def processes_of(bundle: Bundle, manner: Manner) -> tuple[tuple[str, str], ...]:
    """Return the processes drawn in a bundle, with their titles."""
    names = Names(tree_of(bundle), Saying(manner))
    return tuple((key, tidy(names.process(key))) for key in names.processes)
