// What can be done to the selected element without a pointer: append, connect, remove.

import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { kindOf } from "./kinds.js";

const APPENDED = ["UserTask", "ServiceTask", "BusinessRuleTask", "ScriptTask", "CallActivity", "SubProcess", "ExclusiveGateway", "ParallelGateway", "IntermediateThrowEvent", "EndEvent"];

function chooser(id, label, options, text, act) {
  const field = document.createElement("div");
  field.className = "field acts-line";
  const select = document.createElement("select");
  select.id = `panel-${id}`;
  for (const [value, name] of options) select.append(new Option(name, value));
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  button.addEventListener("click", () => act(select.value));
  field.append(Object.assign(document.createElement("label"), { htmlFor: select.id, textContent: label }), select, button);
  return field;
}

/** A flow out of the element, to be looked at: its condition is a field of its panel. */
function wayOut(flow, modeler, texts) {
  const { name, targetRef } = flow.businessObject;
  const text = `${texts.way_to.replace("{name}", targetRef?.name || targetRef?.id || "?")}${name ? ` (${name})` : ""}`;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "plain way-out", textContent: text });
  button.dataset.flow = flow.id;
  button.addEventListener("click", () => modeler.get("selection").select(flow));
  return button;
}

export function actsGroup(element, { modeler, texts, announce }) {
  const made = [];
  const isFlow = is(element, "bpmn:FlowNode");
  for (const flow of element.outgoing?.filter((each) => is(each, "bpmn:SequenceFlow")) ?? []) made.push(wayOut(flow, modeler, texts));
  if (isFlow && !is(element, "bpmn:EndEvent")) {
    made.push(chooser("append", texts.append_what, APPENDED.map((each) => [each, texts[`kind_${each}`]]), texts.append, (type) => {
      const shape = modeler.get("elementFactory").createShape({ type: `bpmn:${type}`, ...(type === "SubProcess" && { isExpanded: true }) });
      modeler.get("autoPlace").append(element, shape);
      announce(`${texts.append}: ${texts[`kind_${type}`]}`);
    }));
    const others = modeler.get("elementRegistry").filter((each) => each !== element && !each.labelTarget && is(each, "bpmn:FlowNode") && !isAny(each, ["bpmn:StartEvent", "bpmn:BoundaryEvent"]) && each.parent === element.parent);
    if (others.length) {
      const names = others.map((each) => [each.id, `${each.businessObject.name || each.id} · ${kindOf(each, texts)}`]);
      made.push(chooser("connect", texts.connect_with, names, texts.connect, (id) => {
        modeler.get("modeling").connect(element, modeler.get("elementRegistry").get(id));
        announce(texts.connected);
      }));
    }
  }
  if (element.parent) {
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "danger", textContent: texts.remove });
    remove.addEventListener("click", () => {
      modeler.get("modeling").removeElements([element]);
      announce(texts.removed);
    });
    made.push(remove);
  }
  return made;
}
