// The list of components by the pointer: what is dragged, in the list or from those that can be added, goes to
// where the line shows. On a touch screen the grip of a line is held; the buttons and keys do the same.

import { placeAt } from "./places.js";

const FAR = 6; // px before a press is a drag
const EDGE = 48; // px from the window's edges within which the page goes along
const STEP = 12; // px it goes in each frame

/** Lets `move(from, to)` and `add(kind, to)` be done by dragging. */
export function dragOf({ outline, palette, move, add }) {
  let held = null; // what the pointer is down on, and where the pointer is
  let drop = null;
  let moving = null;

  const isRtl = () => document.documentElement.dir === "rtl";

  function linesOf() {
    const shown = [...outline.querySelectorAll("a[data-at], li.empty")];
    return shown.map((element) => {
      const { top, bottom, left, right } = element.getBoundingClientRect();
      const isEmpty = element.matches("li.empty");
      const of = isEmpty ? element.parentElement.closest("li").querySelector("a[data-at]") : element;
      return {
        element, top, bottom, left, right, isEmpty, at: of.dataset.at,
        isContainer: !isEmpty && Boolean(element.parentElement.querySelector(":scope > ul")),
      };
    });
  }

  function press(event) {
    if (event.button || event.target.closest("input, textarea, select")) return;
    const line = event.target.closest("a[data-at]");
    const button = event.target.closest("button[value^='add:']");
    if (event.pointerType !== "mouse" && !event.target.closest(".grip")) return;
    if (!(line?.dataset.at || button)) return;
    const kind = button?.value.slice("add:".length);
    held = {
      from: line?.dataset.at ?? "", kind, isPage: line ? "page" in line.dataset : kind === "page",
      x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY, element: line ?? button,
    };
    window.addEventListener("pointermove", drag);
    window.addEventListener("pointerup", letGo);
    window.addEventListener("pointercancel", end);
    window.addEventListener("keydown", leave, true);
  }

  function drag(event) {
    Object.assign(held, { x: event.clientX, y: event.clientY });
    if (!held.isMoving && Math.hypot(held.x - held.startX, held.y - held.startY) < FAR) return;
    if (!held.isMoving) begin();
    event.preventDefault();
    point();
  }

  function begin() {
    held.isMoving = true;
    held.element.classList.add("is-dragged");
    document.documentElement.classList.add("is-dragging");
    const along = () => {
      if (!held?.isMoving) return;
      const by = held.y < EDGE ? -STEP : held.y > window.innerHeight - EDGE ? STEP : 0;
      held.hasLeft ||= !by; // what is taken up at the edge does not scroll away from under the pointer
      if (by && held.hasLeft) {
        window.scrollBy({ top: by, behavior: "instant" });
        point();
      }
      moving = requestAnimationFrame(along);
    };
    moving = requestAnimationFrame(along);
  }

  /** Shows where it would go; nothing, where it may not stand. */
  function point() {
    unmark();
    const { left, right } = outline.getBoundingClientRect();
    const isOver = held.x > left - EDGE && held.x < right + EDGE;
    const isPaged = Boolean(outline.querySelector("a[data-page]"));
    drop = isOver ? placeAt(linesOf(), { x: held.x, y: held.y, isRtl: isRtl(), isPaged }, held) : null;
    if (!drop) return;
    const { element } = drop.line;
    (drop.side === "after" ? element.closest("li") : element).dataset.drop = drop.side; // behind all that it holds
  }

  function unmark() {
    for (const each of outline.querySelectorAll("[data-drop]")) delete each.dataset.drop;
  }

  function letGo(event) {
    const { from, kind, isMoving } = held;
    const to = drop?.at;
    if (isMoving) {
      event.preventDefault();
      window.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", stop, true));
    }
    end();
    if (!isMoving || to === undefined) return;
    if (kind) add(kind, to);
    else move(from, to);
  }

  /** What was dragged was not clicked. */
  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  function leave(event) {
    if (event.key !== "Escape" || !held?.isMoving) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  }

  function end() {
    unmark();
    cancelAnimationFrame(moving);
    held?.element.classList.remove("is-dragged");
    document.documentElement.classList.remove("is-dragging");
    held = null;
    drop = null;
    window.removeEventListener("pointermove", drag);
    window.removeEventListener("pointerup", letGo);
    window.removeEventListener("pointercancel", end);
    window.removeEventListener("keydown", leave, true);
  }

  for (const place of [outline, palette].filter(Boolean)) {
    place.addEventListener("pointerdown", press);
    place.addEventListener("dragstart", (event) => event.preventDefault()); // the browser's own, of links
  }
}
