// Drawing a signature beside the typed name, which alone is the act: strokes of whole numbers on
// a field of 600 by 200, kept as the data of an SVG path of bounded length.

const [WIDE, HIGH, LONGEST] = [600, 200, 8000];
const SVG = "http://www.w3.org/2000/svg";

export function addDrawing(box) {
  const kept = box.querySelector("input[type=hidden]");
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  picture.setAttribute("aria-hidden", "true"); // the typed name is what is read out
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", kept.value);
  picture.append(path);
  const hint = Object.assign(document.createElement("p"), { className: "hint", textContent: box.dataset.label });
  const clear = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: box.dataset.clear });
  box.append(hint, picture, clear);

  const keep = () => {
    path.setAttribute("d", kept.value);
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const point = (event) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return `${within(((event.clientX - left) / width) * WIDE, WIDE)} ${within(((event.clientY - top) / height) * HIGH, HIGH)}`;
  };
  const add = (stroke) => {
    if (kept.value.length + stroke.length <= LONGEST) kept.value += stroke;
    path.setAttribute("d", kept.value);
  };
  let last;
  picture.addEventListener("pointerdown", (event) => {
    picture.setPointerCapture(event.pointerId);
    last = point(event);
    add(`M${last}L${last}`);
  });
  picture.addEventListener("pointermove", (event) => {
    const now = last && point(event);
    if (!now || now === last) return;
    last = now;
    add(`L${now}`);
  });
  picture.addEventListener("pointerup", () => {
    last = undefined;
    keep();
  });
  clear.addEventListener("click", () => {
    kept.value = "";
    keep();
  });
}
