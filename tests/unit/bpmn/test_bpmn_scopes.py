"""Sub-processes, called processes, and activities once per item."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, model, process, users

CALL = '<startEvent id="s"/><endEvent id="e"/><callActivity id="call" calledElement="inner"/>'


def called(body: str, arrows: str) -> bytes:
    both = f'<startEvent id="is"/><endEvent id="ie"/>{body}'
    return process(both, arrows, process_id="inner")


def each_of(kind: str, marker: str, inner: str = "", attributes: str = "") -> str:
    return (
        f'<{kind} id="m" {attributes}><multiInstanceLoopCharacteristics {marker}>{inner}'
        f"</multiInstanceLoopCharacteristics></{kind}>"
    )


BY_ITEM = 'camunda:collection="names" camunda:elementVariable="name"'


def test_a_called_process_works_on_a_copy_and_gives_its_variables_back():
    caller = process(CALL + users("after"), "s -> call; call -> after; after -> e")
    both = {"a.bpmn": caller, "b.bpmn": called(users("inside"), "is -> inside; inside -> ie")}
    case = Case.of(bpmn.compile_model(both), amount=5)

    [wait] = case.step.waiting
    assert isinstance(wait, bpmn.HumanWait)
    assert (wait.process_id, wait.element_id) == ("inner", "inside")
    case.answer("inside", {"amount": 6})

    assert case.waiting == ["after"]
    assert case.step.values == {"amount": 6}


def test_a_process_that_calls_itself_is_stopped():
    both = {
        "a.bpmn": process(CALL, "s -> call; call -> e"),
        "b.bpmn": called('<callActivity id="c" calledElement="inner"/>', "is -> c; c -> ie"),
    }

    with pytest.raises(bpmn.StepsExceeded):
        Case.of(bpmn.compile_model(both))


def test_an_error_in_a_called_process_is_caught_at_the_call():
    caller = process(
        CALL + users("repair") + '<boundaryEvent id="b" attachedToRef="call">'
        "<errorEventDefinition/></boundaryEvent>",
        "s -> call; call -> e; b -> repair; repair -> e",
    )
    both = {"a.bpmn": caller, "b.bpmn": called(users("inside"), "is -> inside; inside -> ie")}

    assert Case.of(bpmn.compile_model(both)).throw("inside", "X").waiting == ["repair"]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_task_once_per_item_goes_on_after_the_last(sequential):
    marker = f'isSequential="{str(sequential).lower()}" {BY_ITEM}'
    case = Case.of(
        model(each_of("userTask", marker) + users("after"), "s -> m; m -> after; after -> e"),
        names=["x", "y", "z"],
    )
    assert len(case.step.waiting) == (1 if sequential else 3)
    seen = []
    for _ in range(3):
        wait = case.wait("m")
        assert isinstance(wait, bpmn.HumanWait)
        seen.append((wait.local["name"], wait.local["loopCounter"]))
        case.answer("m")

    assert seen == [("x", 1), ("y", 2), ("z", 3)]
    assert case.waiting == ["after"]


def test_no_items_means_no_task():
    case = Case.of(
        model(each_of("userTask", BY_ITEM) + users("after"), "s -> m; m -> after; after -> e"),
        names=[],
    )

    assert case.waiting == ["after"]


def test_outputs_are_collected_in_the_order_of_the_items():
    inner = (
        '<extensionElements><zeebe:loopCharacteristics inputCollection="=names" '
        'inputElement="name" outputCollection="marks" outputElement="=mark"/>'
        "</extensionElements>"
    )
    case = Case.of(model(each_of("userTask", "", inner), "s -> m; m -> e"), names=["x", "y"])
    second = case.step.waiting[1].token

    case.answer_token(second, {"mark": 2}).answer("m", {"mark": 1})

    assert case.step.finished
    assert case.step.values == {"names": ["x", "y"], "marks": [1, 2]}


def test_a_sub_process_runs_once_per_item_with_what_is_inside():
    inside = (
        '<startEvent id="ss"/><endEvent id="se"/><userTask id="a"/>'
        '<sequenceFlow id="f1" sourceRef="ss" targetRef="a"/>'
        '<sequenceFlow id="f2" sourceRef="a" targetRef="se"/>'
    )
    body = each_of("subProcess", BY_ITEM).replace("</subProcess>", f"{inside}</subProcess>")
    case = Case.of(model(body, "s -> m; m -> e"), names=["x", "y"])
    assert case.waiting == ["a", "a"]
    assert [each.local["name"] for each in case.step.waiting] == ["x", "y"]  # type: ignore[union-attr]

    case.answer("a")
    assert case.waiting == ["a"]
    assert case.answer("a").step.finished


def test_a_boundary_on_a_task_once_per_item_ends_all_items():
    case = Case.of(
        model(
            each_of("userTask", BY_ITEM)
            + users("late")
            + '<boundaryEvent id="b" attachedToRef="m"><timerEventDefinition><timeDuration>P1D'
            "</timeDuration></timerEventDefinition></boundaryEvent>",
            "s -> m; m -> e; b -> late; late -> e",
        ),
        names=["x", "y"],
    )
    assert case.waiting == ["b", "m", "m"]

    case.answer("b")

    assert case.waiting == ["late"]
    assert len(case.step.closed) == 2


def test_an_error_in_one_item_goes_to_the_boundary_of_all():
    case = Case.of(
        model(
            each_of("serviceTask", BY_ITEM, attributes='camunda:topic="x"')
            + users("repair")
            + '<boundaryEvent id="b" attachedToRef="m"><errorEventDefinition/></boundaryEvent>',
            "s -> m; m -> e; b -> repair; repair -> e",
        ),
        names=["x", "y"],
    )

    assert case.throw("m", "X").waiting == ["repair"]


def test_a_thousand_items_end_at_once_without_deep_calls():
    scripts = (
        '<scriptTask id="m" scriptFormat="feel" camunda:resultVariable="n">'
        "<multiInstanceLoopCharacteristics><loopCardinality>1000</loopCardinality>"
        "</multiInstanceLoopCharacteristics><script>loopCounter</script></scriptTask>"
    )

    case = Case.of(model(scripts, "s -> m; m -> e"))

    assert case.step.finished
    assert case.step.values == {"n": 1000}


@pytest.mark.parametrize("names", ["text", None, 5])
def test_items_that_are_no_list_are_an_error(names):
    with pytest.raises(bpmn.ExpressionFailed):
        Case.of(model(each_of("userTask", BY_ITEM), "s -> m; m -> e"), names=names)


def test_branches_never_share_what_a_variable_holds():
    values = {"lines": [{"claimed": 1}]}
    simple = model(users("a"), "s -> a; a -> e")

    step = bpmn.start(simple, "p", values, at=NOON)
    values["lines"][0]["claimed"] = 2

    assert step.values == {"lines": [{"claimed": 1}]}
