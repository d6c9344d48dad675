// A BPMN diagram to look at: what was passed, where the case is now, what comes next.
//
// <figure data-diagram data-diagram-url="…/diagram.bpmn" data-diagram-title="…"
//         data-diagram-marks='{"measure": "now"}' data-diagram-labels='{"measure": "Measure"}'
//         data-diagram-badges='{"measure": [["tokens", "12"], ["incidents", "3"]]}'
//         data-diagram-texts='{"zoomIn": "…", "zoomOut": "…", "fit": "…", "failed": "…"}'>
//
// The drawing stands left to right in every language (its texts shape themselves); the same
// facts stand as text on the page, so a failing diagram loses nothing.

import BaseViewer from "bpmn-js/lib/BaseViewer";
import CoreModule from "bpmn-js/lib/core";
import DrilldownModule from "bpmn-js/lib/features/drilldown";
import TranslateModule from "diagram-js/lib/i18n/translate";
import ZoomScrollModule from "diagram-js/lib/navigation/zoomscroll";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import { LabelsModule } from "../labels.js";
import { whenShown } from "../shown.js";
import "./diagram.css";

const STEP = 1.25;
const LEGIBLE = 0.6;
const PAN = 60;
const MOVES = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };

/**
 * The viewer without what only editing and selecting need: that doubles every shape by one to
 * be hit and one to be outlined, and half the time until a large drawing is seen.
 */
class Chart extends BaseViewer {}
Chart.prototype._modules = [CoreModule, TranslateModule, ZoomScrollModule, LabelsModule];

/** One for drawings on several planes, whose closed sub-processes open when they are clicked. */
class Planes extends BaseViewer {}
Planes.prototype._modules = [...Chart.prototype._modules, DrilldownModule];

function viewerFor(xml, container) {
  const planes = xml.match(/<(\w+:)?BPMNPlane\b/g) ?? [];
  return new (planes.length > 1 ? Planes : Chart)({ container });
}

function facts(host, name) {
  return JSON.parse(host.dataset[name] || "{}");
}

/** Gives elements the names of another language before they are drawn. */
function rename(definitions, labels) {
  const seen = new Set();
  const visit = (element) => {
    if (!element || typeof element !== "object" || seen.has(element)) return;
    seen.add(element);
    if (labels[element.id]) element.name = labels[element.id];
    for (const part of ["rootElements", "flowElements", "laneSets", "lanes", "participants",
      "messageFlows", "artifacts", "childLaneSet"]) {
      const value = element[part];
      if (Array.isArray(value)) value.forEach(visit);
      else visit(value);
    }
    if (element.text && labels[element.id]) element.text = labels[element.id];
  };
  visit(definitions);
}

function mark(viewer, marks) {
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  for (const [id, kind] of Object.entries(marks)) {
    if (elements.get(id)) canvas.addMarker(id, `mark-${kind}`);
  }
}

const SVG = "http://www.w3.org/2000/svg";

function made(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}

/** Puts numbers on the upper corners of shapes: [["tokens", "12"], ["incidents", "3"]]. */
function badge(viewer, badges) {
  const elements = viewer.get("elementRegistry");
  for (const [id, each] of Object.entries(badges)) {
    const element = elements.get(id);
    if (!element || element.waypoints) continue;
    for (const [kind, text] of each) {
      const said = kind === "incidents" ? `▲ ${text}` : text;
      const width = 14 + 9 * said.length;
      const x = kind === "incidents" ? -width / 2 : element.width - width / 2;
      const group = made("g", { class: `diagram-badge is-${kind}`, transform: `translate(${x} -12)`, "pointer-events": "none" });
      group.append(made("rect", { width, height: 24, rx: 12 }), made("text", { x: width / 2, y: 12 }, said));
      elements.getGraphics(id).append(group);
    }
  }
}

/** Fits the width, beginning at the top. */
function fit(viewer) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const { width, height } = canvas.getSize();
  const scale = Math.min(1, (width - 24) / inner.width);
  canvas.viewbox({
    x: inner.x - (width / scale - inner.width) / 2,
    y: inner.y - 12 / scale,
    width: width / scale,
    height: height / scale,
  });
}

/** Begins where the case stands, no smaller than can be read. */
function begin(viewer, marks) {
  fit(viewer);
  const canvas = viewer.get("canvas");
  const id = Object.keys(marks).find((each) => marks[each] === "now");
  const now = id && viewer.get("elementRegistry").get(id);
  const box = canvas.viewbox();
  const isShown = now && now.y + now.height < box.y + box.height;
  if (!now || (isShown && box.scale >= LEGIBLE)) return;
  const scale = Math.max(LEGIBLE, box.scale);
  const size = canvas.getSize();
  const [width, height] = [size.width / scale, size.height / scale];
  const x = within(now.x + now.width / 2 - width / 2, box.inner.x, box.inner.width - width);
  const y = within(now.y + now.height / 2 - height / 2, box.inner.y, box.inner.height - height);
  canvas.viewbox({ x, y, width, height });
}

/** Keeps a view on the drawing: `room` is what the drawing is longer than the view. */
function within(value, start, room) {
  const margin = 12;
  return Math.max(start - margin, Math.min(value, start + Math.max(0, room) + margin));
}

function button(label, sign, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = sign;
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function controls(host, viewer, texts) {
  const bar = document.createElement("div");
  bar.className = "diagram-controls";
  const canvas = viewer.get("canvas");
  const zoom = (by) => () => canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * by)), "auto");
  const [closer, wider, whole] = [zoom(STEP), zoom(1 / STEP), () => fit(viewer)];
  bar.append(
    button(texts.zoomIn ?? "Zoom in", "+", closer),
    button(texts.zoomOut ?? "Zoom out", "−", wider),
    button(texts.fit ?? "Fit to width", "⤢", whole),
  );
  host.prepend(bar);
  return { Equal: closer, NumpadAdd: closer, Minus: wider, NumpadSubtract: wider, Digit0: whole };
}

/** A focused drawing moves by arrow keys and zooms by + − 0. */
function listen(stage, viewer, keys) {
  stage.tabIndex = 0;
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.code];
    if (move) viewer.get("canvas").scroll({ dx: move[0], dy: move[1] });
    else if (keys[event.code]) keys[event.code]();
    else return;
    event.preventDefault();
  });
}

/** A drawing moves with the pointer that holds it. */
function drag(stage, viewer) {
  let last = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch" || event.target.closest("a, button")) return;
    last = event;
  });
  stage.addEventListener("pointermove", (event) => {
    if (!last) return;
    if (!stage.hasPointerCapture(event.pointerId)) stage.setPointerCapture(event.pointerId);
    viewer.get("canvas").scroll({ dx: event.clientX - last.clientX, dy: event.clientY - last.clientY });
    last = event;
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => { last = null; });
}

export async function show(host) {
  const texts = facts(host, "diagramTexts");
  const marks = facts(host, "diagramMarks");
  const stage = document.createElement("div");
  stage.className = "diagram-stage";
  stage.dir = "ltr";
  stage.setAttribute("role", "group"); // not "img": the mark of bpmn.io inside it is a link
  stage.setAttribute("aria-label", host.dataset.diagramTitle ?? "");
  host.append(stage);
  try {
    const answer = await fetch(host.dataset.diagramUrl, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const xml = await answer.text();
    const viewer = viewerFor(xml, stage);
    viewer.on("import.parse.complete", ({ definitions }) => {
      if (definitions) rename(definitions, facts(host, "diagramLabels"));
    });
    const { warnings } = await viewer.importXML(xml);
    for (const { message } of warnings) console.warn(`the diagram: ${message}`);
    mark(viewer, marks);
    badge(viewer, facts(host, "diagramBadges"));
    listen(stage, viewer, controls(host, viewer, texts));
    drag(stage, viewer);
    begin(viewer, marks);
    host.dataset.diagramReady = "";
    host.dispatchEvent(new CustomEvent("diagram-shown", { bubbles: true, detail: viewer }));
  } catch (error) {
    stage.replaceChildren(texts.failed ?? "The diagram could not be shown.");
    stage.className = "diagram-failed";
    stage.removeAttribute("dir"); // a sentence of the page, no drawing
    console.error(error);
  }
}

// a diagram in a closed part of the page has no size yet: draw it when it is first seen
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    show(target);
  }
});
whenShown((part) => part.querySelectorAll("[data-diagram]").forEach((host) => seen.observe(host)));
