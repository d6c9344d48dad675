// The model as a list beside the canvas: the same steps in reading order, by lane, with the same
// commands by keyboard. Arrow keys move, Enter shows the step and its panel, Delete removes it.

import { isAny } from "bpmn-js/lib/util/ModelUtil";
import { kindOf } from "./kinds.js";

const LISTED = ["bpmn:FlowNode", "bpmn:DataObjectReference", "bpmn:DataStoreReference", "bpmn:TextAnnotation"];
const FRAMES = ["bpmn:Participant", "bpmn:Lane", "bpmn:SubProcess"];

/** The shapes of a container in reading order: by lane and pool from above, then along the flow. */
export function inOrder(shapes) {
  return [...shapes].sort((one, other) => one.x - other.x || one.y - other.y);
}

function laneOf(element, lanes) {
  const ref = (lane) => lane.businessObject.get("flowNodeRef").includes(element.businessObject);
  return lanes.find((lane) => ref(lane) && !lane.children.some((each) => isAny(each, ["bpmn:Lane"]) && ref(each)));
}

/** The lines of the outline: {element, depth, isFrame}. */
export function linesOf(root) {
  const lines = [];
  const visit = (container, depth) => {
    const children = container.children.filter((each) => !each.labelTarget && !each.waypoints);
    const pools = children.filter((each) => isAny(each, ["bpmn:Participant"])).sort((a, b) => a.y - b.y);
    const lanes = leafLanes(children);
    const listed = children.filter((each) => isAny(each, LISTED));
    for (const pool of pools) {
      lines.push({ element: pool, depth, isFrame: true });
      visit(pool, depth + 1);
    }
    for (const lane of lanes) {
      lines.push({ element: lane, depth, isFrame: true });
      for (const each of inOrder(listed.filter((one) => laneOf(one, lanes) === lane))) step(each, depth + 1);
    }
    for (const each of inOrder(listed.filter((one) => !laneOf(one, lanes)))) step(each, depth);
  };
  const step = (element, depth) => {
    const isFrame = isAny(element, FRAMES);
    lines.push({ element, depth, isFrame });
    if (isFrame) visit(element, depth + 1);
  };
  visit(root, 0);
  return lines;
}

function leafLanes(children) {
  const all = children.filter((each) => isAny(each, ["bpmn:Lane"]));
  return all.flatMap((lane) => {
    const inner = leafLanes(lane.children);
    return inner.length ? inner : [lane];
  }).sort((one, other) => one.y - other.y);
}

export function outlineOf({ place, modeler, texts }) {
  const list = place.querySelector("[data-outline]");
  const selection = modeler.get("selection");
  const canvas = modeler.get("canvas");
  let buttons = new Map();
  let drawn = new Map(); // by element: the line's item and what it says

  function show(element) {
    selection.select(element);
    canvas.scrollToElement(element);
  }

  /** The line of an element: the one that stands already, where it says the same. */
  function line({ element, depth, isFrame }) {
    const { id, businessObject } = element;
    const said = `${depth} ${isFrame} ${kindOf(element, texts)} ${businessObject.name || businessObject.text || id}`;
    const standing = drawn.get(id);
    const item = standing?.said === said && standing.element === element ? standing.item : made(element, depth, isFrame);
    buttons.set(id, item.firstChild);
    return { item, said, element };
  }

  function made(element, depth, isFrame) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = `outline-line depth-${Math.min(depth, 5)}${isFrame ? " frame" : ""}`;
    button.tabIndex = -1;
    const { businessObject } = element;
    const name = Object.assign(document.createElement("bdi"), { textContent: businessObject.name || businessObject.text || element.id });
    const kind = Object.assign(document.createElement("span"), { className: "muted small", textContent: kindOf(element, texts) });
    button.append(name, " ", kind);
    button.addEventListener("click", () => show(element));
    button.addEventListener("focus", () => { for (const each of buttons.values()) each.tabIndex = each === button ? 0 : -1; });
    button.dataset.element = element.id;
    item.append(button);
    return item;
  }

  function draw() {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.element : null;
    buttons = new Map();
    const lines = linesOf(canvas.getRootElement()).map(line);
    drawn = new Map(lines.map((each) => [each.element.id, each]));
    const stays = lines.length === list.children.length && lines.every(({ item }, at) => list.children[at] === item);
    if (!stays) list.replaceChildren(...lines.map(({ item }) => item));
    mark();
    const first = buttons.get(focused) ?? buttons.values().next().value;
    for (const each of buttons.values()) each.tabIndex = each === first ? 0 : -1;
    if (focused && document.activeElement !== first) first?.focus();
  }

  function mark() {
    const chosen = new Set(selection.get().map((each) => each.id));
    for (const [id, button] of buttons) {
      if (chosen.has(id)) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  list.addEventListener("keydown", (event) => {
    const all = [...buttons.values()];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.code];
    if (to !== undefined) {
      all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
    } else if (event.code === "Delete" && at >= 0) {
      const element = modeler.get("elementRegistry").get(all[at].dataset.element);
      all[at + 1]?.focus();
      modeler.get("modeling").removeElements([element]);
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  modeler.on("selection.changed", mark);
  modeler.on("root.set", draw);
  draw();
  return { draw };
}
