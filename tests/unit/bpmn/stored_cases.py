"""The cases whose stored state is kept for every codec, each halfway through its process."""

from __future__ import annotations

from decimal import Decimal

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    MESSAGE,
    NAMED,
    UNDO,
    Case,
    condition,
    ended,
    inside,
    model,
    on,
    process,
    users,
)

LINE = model(users("a", "b"), "s -> a; a -> b; b -> e")
REVIEW = model(
    users("file", "tech", "credit", "decide")
    + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
    '<boundaryEvent id="late" attachedToRef="tech" cancelActivity="false"><timerEventDefinition>'
    "<timeCycle>R/P1D</timeCycle></timerEventDefinition></boundaryEvent>",
    "s -> file; file -> fork; fork -> tech; fork -> credit; tech -> join; credit -> join;"
    "join -> decide; decide -> e; late -> e",
)
ITEMS = model(
    '<userTask id="mark"><multiInstanceLoopCharacteristics><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=names" inputElement="name"'
    ' outputCollection="marks" outputElement="=mark"/></extensionElements>'
    "</multiInstanceLoopCharacteristics></userTask>"
    '<receiveTask id="paid" messageRef="m"/>',
    "s -> mark; mark -> paid; paid -> e",
    extra='<message id="m" name="paid"><extensionElements>'
    '<zeebe:subscription correlationKey="=contract"/></extensionElements></message>',
)
CALL = bpmn.compile_model(
    {
        "p.bpmn": process(
            '<startEvent id="s"/><endEvent id="e"/>'
            '<callActivity id="call" calledElement="inner"/>' + users("after"),
            "s -> call; call -> after; after -> e",
        ),
        "inner.bpmn": process(
            '<startEvent id="is"/><endEvent id="ie"/>' + users("inside"),
            "is -> inside; inside -> ie",
            process_id="inner",
        ),
    }
)

LISTENING = model(
    users("a")
    + inside("ev", users("r"), "ev_in -> r; r -> ev_out", by=MESSAGE, more='isInterrupting="false"')
    + on("grew", "a", condition("amount > 3"), interrupting=False)
    + users("note"),
    "s -> a; a -> e; grew -> note; note -> e",
    extra=NAMED,
)
UNDONE = model(
    "".join(
        f'<userTask id="{each}"/>{on(f"on_{each}", each, UNDO)}'
        f'<userTask id="undo_{each}" isForCompensation="true"/>'
        f'<association id="{each}_as" sourceRef="on_{each}" targetRef="undo_{each}"/>'
        for each in ("a", "b", "c")
    )
    + ended("t", UNDO),
    "s -> a; a -> b; b -> c; c -> t",
)

RESETTING = model(
    '<parallelGateway id="f"/>'
    + users("a", "b", "c", "d")
    + '<complexGateway id="g"><activationCondition>activationCount &gt;= 1</activationCondition>'
    "</complexGateway>" + '<userTask id="twice" startQuantity="2"/>',
    "s -> f; f -> a; f -> b; f -> c; a -> g; b -> g; g -> d; d -> twice; c -> twice; twice -> e",
)
IN_TURNS = model(
    '<adHocSubProcess id="visit" ordering="Sequential">'
    + users("x", "y", "z")
    + "<completionCondition>n &gt;= 1</completionCondition></adHocSubProcess>",
    "s -> visit; visit -> e",
)
SEVERAL = model(
    users("a")
    + '<boundaryEvent id="on" attachedToRef="a" cancelActivity="false" parallelMultiple="true">'
    + MESSAGE
    + condition("amount > 3")
    + "</boundaryEvent>"
    + users("note"),
    "s -> a; a -> e; on -> note; note -> e",
    extra=NAMED,
)

MAPPED = model(
    '<parallelGateway id="f"/><userTask id="a"><extensionElements><zeebe:ioMapping>'
    '<zeebe:input source="=amount" target="own"/><zeebe:output source="=own" target="given"/>'
    "</zeebe:ioMapping></extensionElements></userTask>"
    '<userTask id="b"><extensionElements><zeebe:executionListeners>'
    '<zeebe:executionListener eventType="start" type="before"/>'
    '<zeebe:executionListener eventType="end" type="after"/>'
    "</zeebe:executionListeners></extensionElements></userTask>"
    + inside(
        "sub",
        '<dataObject id="o" name="o"/>' + users("c", "d"),
        "sub_in -> c; c -> d; d -> sub_out",
    ),
    "s -> f; f -> a; f -> b; f -> sub; a -> e; b -> e; sub -> e",
)


def halfway() -> dict[str, Case]:
    """Return each kept case where its state was stored."""
    return {
        "line": Case.of(LINE, amount=Decimal("0.1"), note="شرح").answer("a", {"ok": True}),
        "review": Case.of(REVIEW).answer("file", {"file": 1}).answer("credit", {"credit": [1]}),
        "items": Case.of(ITEMS, names=["x", "y"], contract="312").answer("mark", {"mark": 1}),
        "paid": Case.of(ITEMS, names=[], contract="312"),
        "call": Case.of(CALL, amount=5).answer("inside", {"amount": 6}),
        "called": Case.of(CALL, amount=5, kept={"a": 1}),
        "listening": Case.of(LISTENING, amount=5, contract="312").answer("ev_in"),
        "done": Case.of(UNDONE).answer("a").answer("b"),
        "undone": Case.of(UNDONE).answer("a").answer("b").answer("c").answer("undo_c"),
        "resetting": Case.of(RESETTING).answer("a").answer("c"),
        "in turns": Case.of(IN_TURNS, n=0).answer("x"),
        "several": Case.of(SEVERAL, amount=1, contract="312").update(amount=5),
        "mapped": Case.of(MAPPED, amount=5).answer("c", {"o": [1]}),
        "listened": Case.of(MAPPED, amount=5).answer("b").answer("b", {"x": 1}),
    }


MODELS = {
    "line": LINE,
    "review": REVIEW,
    "items": ITEMS,
    "paid": ITEMS,
    "call": CALL,
    "called": CALL,
    "listening": LISTENING,
    "done": UNDONE,
    "undone": UNDONE,
    "resetting": RESETTING,
    "in turns": IN_TURNS,
    "several": SEVERAL,
    "mapped": MAPPED,
    "listened": MAPPED,
}
