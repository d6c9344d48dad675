// Where an appended step is laid: in the lane of the step before it, where nothing lies yet.

import { getNewShapePosition } from "bpmn-js/lib/features/auto-place/BpmnAutoPlaceUtil";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { freePlace } from "./free-place.js";

const BEFORE = 2000; // asked before the library's own answer, which knows no lanes

export function placingModule() {
  function Placing(eventBus, elementRegistry) {
    eventBus.on("autoPlace", BEFORE, ({ source, shape }) => {
      if (!is(shape, "bpmn:FlowNode")) return undefined;
      const wanted = getNewShapePosition(source, shape, elementRegistry);
      return freePlace(wanted, shape, boundsOf(source, elementRegistry), taken(source, elementRegistry));
    });
  }
  Placing.$inject = ["eventBus", "elementRegistry"];
  return { __init__: ["divanPlacing"], divanPlacing: ["type", Placing] };
}

/** The innermost lane in which an element lies, else the sub-process around it; nothing for a bare canvas. */
function boundsOf(source, registry) {
  const step = source.host ?? source;
  const x = step.x + step.width / 2;
  const y = step.y + step.height / 2;
  const around = (each) => each.x <= x && x <= each.x + each.width && each.y <= y && y <= each.y + each.height;
  const lanes = is(step.parent, "bpmn:SubProcess") ? [] : registry.filter((each) => is(each, "bpmn:Lane") && !each.labelTarget && around(each));
  const innermost = lanes.sort((one, other) => one.width * one.height - other.width * other.height)[0];
  return innermost ?? (is(step.parent, "bpmn:SubProcess") || is(step.parent, "bpmn:Participant") ? step.parent : null);
}

/** What lies beside an element: shapes and their labels, no flows and nothing that lies around it. */
function taken(source, registry) {
  const { parent } = source.host ?? source;
  return registry.filter((each) => each.parent === parent && each.width && !each.waypoints && !each.hidden && !is(each, "bpmn:Lane"));
}
