// Two versions of a diagram beside each other: a sign on everything that is different, both
// drawings moved together, and an element found from its sentence.
//
// <section data-versions="a.bpmn"> … two <figure data-diagram> … </section>
// <label data-versions-together hidden><input type="checkbox" checked> …</label>
// <button data-versions-show="approve" data-versions-file="a.bpmn" hidden>…</button>

const SIGNS = { added: "+", removed: "−", changed: "≠", moved: "↔" };
const LEGIBLE = 0.6;
const SVG = "http://www.w3.org/2000/svg";
const viewers = new Map(); // figure -> viewer

function made(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}

/** Where a sign stands: at a corner of a shape, in the middle of a line. */
function place(element) {
  if (!element.waypoints) return [element.width, 0];
  const at = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)];
  const next = element.waypoints[Math.floor((element.waypoints.length - 1) / 2) + 1] ?? at;
  return [(at.x + next.x) / 2, (at.y + next.y) / 2];
}

function sign(figure, viewer) {
  const elements = viewer.get("elementRegistry");
  for (const [id, kind] of Object.entries(JSON.parse(figure.dataset.diagramMarks || "{}"))) {
    const element = elements.get(id);
    if (!element || !SIGNS[kind]) continue;
    const [x, y] = place(element);
    const group = made("g", { class: `mark-sign is-${kind}`, transform: `translate(${x} ${y})`, "pointer-events": "none" });
    group.append(made("circle", { r: 13 }), made("text", {}, SIGNS[kind]));
    elements.getGraphics(id).append(group);
  }
}

const together = document.querySelector("[data-versions-together]");
let leading = null; // the figure that the others follow just now

function follow(figure, viewer) {
  viewer.on("canvas.viewbox.changed", ({ viewbox }) => {
    if (leading || !together?.querySelector("input").checked) return;
    leading = figure;
    for (const each of figure.closest("[data-versions]").querySelectorAll("[data-diagram]")) {
      const other = viewers.get(each);
      if (!other || each === figure) continue;
      const { x, y, width, height } = viewbox;
      other.get("canvas").viewbox({ x, y, width, height });
    }
    leading = null;
  });
}

/** Begins at the first thing that is different, large enough to be read. */
function begin(figure, viewer) {
  const elements = viewer.get("elementRegistry");
  const found = Object.keys(JSON.parse(figure.dataset.diagramMarks || "{}"))
    .map((id) => elements.get(id))
    .filter((each) => each && !each.waypoints && each.width < 400)
    .sort((one, other) => one.x - other.x);
  const canvas = viewer.get("canvas");
  if (!found.length || canvas.zoom() >= LEGIBLE) return;
  const size = canvas.getSize();
  const [width, height] = [size.width / LEGIBLE, size.height / LEGIBLE];
  const { x, y } = found[0];
  canvas.viewbox({ x: x - width / 3, y: y - height / 3, width, height });
}

document.addEventListener("diagram-shown", ({ target, detail }) => {
  viewers.set(target, detail);
  sign(target, detail);
  begin(target, detail);
  follow(target, detail);
  if (together) together.hidden = false;
});

/** Brings an element to the middle of every drawing that has it. */
function show({ versionsShow: id, versionsFile: file }) {
  const section = document.querySelector(`[data-versions="${CSS.escape(file)}"]`);
  section.scrollIntoView({ block: "center" });
  for (const figure of section.querySelectorAll("[data-diagram]")) {
    const viewer = viewers.get(figure);
    const element = viewer?.get("elementRegistry").get(id);
    if (!element) continue;
    const canvas = viewer.get("canvas");
    const [x, y] = element.waypoints ? place(element) : [element.x + element.width / 2, element.y + element.height / 2];
    const { width, height } = canvas.viewbox();
    canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
    canvas.addMarker(id, "mark-sought");
    setTimeout(() => canvas.removeMarker(id, "mark-sought"), 2500);
  }
  section.querySelector(".diagram-stage")?.focus({ preventScroll: true });
}

for (const button of document.querySelectorAll("[data-versions-show]")) {
  const section = document.querySelector(`[data-versions="${CSS.escape(button.dataset.versionsFile)}"]`);
  if (!section) continue;
  button.hidden = false;
  button.addEventListener("click", () => show(button.dataset));
}
