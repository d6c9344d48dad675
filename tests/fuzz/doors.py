"""What is asked of a mutated input, of each kind: all that the public doors take.

Each returns whether the input was accepted, and raises only what no door declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from random import Random

from engine import bpmn, dmn, feel
from engine.bpmn import interchange
from engine.feel.quick import quick_of
from engine.xml import Unreadable
from tests.fuzz import corpus, mutations, walks
from tests.fuzz.walks import NOON, must

SCOPE: Mapping[str, object] = {
    "?": 1,
    "a": 1,
    "b": [1, 2, None],
    "x": {"a": "b"},
    "Person": {"name": "n"},
    "bool": True,
    "date": "2026-11-21",
    "amount": 250_000,
    "n": -3,
    "list": [[1], []],
}
EXCHANGED = 0.25  #: share of the diagrams that are taken in and given back
MIGRATED = 0.2  #: share of those that run to which cases of the whole diagram are taken


def feel_text(chance: Random) -> bool:
    """Compile a mutated text as an expression and as a cell, and evaluate both."""
    text = mutations.of_text(chance.choice(corpus.texts()), corpus.texts(), chance)
    accepted = False
    for compiled in (feel.compile_expression, feel.compile_unary_tests):
        try:
            expression = compiled(text)
        except feel.FeelSyntaxError as refusal:
            must(refusal.expected and refusal.line >= 1 and refusal.column >= 1, "no place")
            continue
        accepted = True
        found = expression.evaluate(SCOPE, now=NOON)
        short = quick_of(expression.tree, expression.names)
        answer = None if short is None else short(SCOPE)
        must(answer is None or repr(answer) == repr(found), "the short way answers otherwise")
        with suppress(TypeError):  # a function has no JSON
            feel.to_json(found.value)
    return accepted


def decisions(chance: Random) -> bool:
    """Examine mutated decision models, and make every decision of those that can be read."""
    files = dict(chance.choice(corpus.models()))
    spoilt = chance.choice(sorted(files))
    files[spoilt] = mutations.of_file(files[spoilt], corpus.texts(), chance)
    findings = dmn.lint(files)
    must(all(each.rule and each.message for each in findings), "a finding that says nothing")
    try:
        loaded = dmn.load(files)
    except Unreadable:
        must(any(each.rule == "DMN-001" for each in findings), "unreadable, and not found so")
        return False
    for model in loaded.models:
        for node in model.nodes:
            if loaded.has(node.name):
                loaded.evaluate(node.name, {"x": 3, "y": "a", "Age": 30}, now=NOON).facts()
                loaded.output_name(node.name)
                loaded.restored(node.name, {"x": "3"})
    return not any(each.refuses for each in findings)


def diagram(chance: Random) -> bool:
    """Examine a mutated diagram, and run what is let through for some turns."""
    small, large = corpus.diagrams()
    whole = chance.choice(large if chance.random() < 0.01 else small)
    content = mutations.of_file(whole, corpus.texts(), chance)
    if chance.random() < EXCHANGED:
        with suppress(Unreadable, interchange.NotBpmn):
            must(interchange.lost(content) == [], "import and export lose something")
    try:
        model = bpmn.compile_model({"it.bpmn": content})
    except bpmn.ModelRefused as refusal:
        found = refusal.findings
        must(found and all(each.rule and each.message for each in found), "refused without why")
        return False
    for process_id in model.processes:
        walks.run(model, process_id, chance)
    if chance.random() < MIGRATED:
        with suppress(bpmn.ModelRefused):
            walks.migrate(bpmn.compile_model({"it.bpmn": whole}), model, chance)
    return True
