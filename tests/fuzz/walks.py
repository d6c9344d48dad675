"""Cases given anything: answers, errors, changes, tokens moved by hand, another version."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from engine import bpmn

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TURNS = 12  #: commands given to one case
LIMITS = bpmn.Limits(steps=500, tokens=200, depth=10)


def must(holds: object, otherwise: str) -> None:
    assert holds, otherwise


def run(model: bpmn.Model, process_id: str, chance: Random) -> None:
    """Start a case and give it anything; it may fail, but by the name of an element."""
    try:
        step = _started(model, process_id, chance)
        _walk(model, process_id, step, chance)
    except bpmn.StepFailed as failure:
        must(failure.element_id, "it fails at no element")
    except bpmn.ProcessNotFound:
        pass  # several starts, and none of them plain


def migrate(old: bpmn.Model, new: bpmn.Model, chance: Random) -> None:
    """Take cases of one version to another, and go on there."""
    plan = bpmn.propose(old, new)
    for process_id in sorted(old.processes.keys() & new.processes.keys()):
        try:
            step = _started(old, process_id, chance)
            if step.finished:
                continue
            step = bpmn.migrate(old, new, process_id, step.stored, plan, at=NOON, limits=LIMITS)
            _walk(new, process_id, step, chance)
        except bpmn.MigrationRefused as refusal:
            must(refusal.obstacles, "refused without why")
        except (bpmn.StepFailed, bpmn.ProcessNotFound):
            continue


def _started(model: bpmn.Model, process_id: str, chance: Random) -> bpmn.Step:
    beginnings = [each.element_id for each in bpmn.start_events(model, process_id)]
    return bpmn.start(
        model,
        process_id,
        {"n": 5, "items": [1, 2]},
        at=NOON,
        element_id=chance.choice([None, *beginnings]),
        limits=LIMITS,
    )


def _walk(model: bpmn.Model, process_id: str, step: bpmn.Step, chance: Random) -> None:
    for turn in range(TURNS):
        chosen = bpmn.choices(model, process_id, step.stored)
        must(step.finished or step.waiting or chosen, "a case that stands still in silence")
        seen = bpmn.waiting(model, process_id, step.stored)
        must(seen == step.waiting, "what waits is not what the stored case says")
        if step.finished:
            must(not step.waiting, "finished, and something waits")
            return
        if chosen and (not step.waiting or chance.random() < 0.3):
            step = _chosen(model, process_id, step, chance.choice(chosen), chance)
        else:
            step = _moved(model, process_id, step, turn, chance)


def _chosen(
    model: bpmn.Model, process_id: str, step: bpmn.Step, choice: bpmn.Choice, chance: Random
) -> bpmn.Step:
    element_id, token = chance.choice(choice.offered), choice.token
    return bpmn.enable(model, process_id, step.stored, token, element_id, at=NOON, limits=LIMITS)


def _moved(
    model: bpmn.Model, process_id: str, step: bpmn.Step, turn: int, chance: Random
) -> bpmn.Step:
    token = chance.choice(step.waiting).token
    match chance.randrange(10):
        case 0:
            return bpmn.throw(model, process_id, step.stored, token, "bad", at=NOON, limits=LIMITS)
        case 1:
            return bpmn.update(model, process_id, step.stored, {"n": turn}, at=NOON, limits=LIMITS)
        case 2:
            return _by_hand(model, process_id, step, token, chance)
    return bpmn.answer(model, process_id, step.stored, token, {"n": turn}, at=NOON, limits=LIMITS)


def _by_hand(
    model: bpmn.Model, process_id: str, step: bpmn.Step, token: str, chance: Random
) -> bpmn.Step:
    element = chance.choice(model.processes[process_id].elements).id
    instructions: list[bpmn.Instruction] = [
        chance.choice((bpmn.StartBefore(element), bpmn.StartAfter(element)))
    ]
    if chance.random() < 0.5:
        instructions.append(chance.choice((bpmn.CancelToken(token), bpmn.CancelAll(element))))
    try:
        return bpmn.modify(model, process_id, step.stored, instructions, at=NOON, limits=LIMITS)
    except bpmn.ModificationRefused as refusal:
        must(refusal.obstacles, "refused without why")
        return step
