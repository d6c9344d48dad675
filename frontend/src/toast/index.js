// What was just done, for ten seconds at the foot of the page, with a button that takes it back.
//
// The page prints it (`_flashes.html`): <div class="notice done" data-toast> in .toasts, with, where
// it can be undone, a form of one button, data-key="KeyZ". Without scripts it stays a notice.

import { announce } from "../announce.js";
import { whenShown } from "../shown.js";

export const SHOWN_FOR = 10_000; // milliseconds

/** Counts down while nobody points at it or has the focus in it. */
export class Countdown {
  #left;
  #since;
  #timer;
  #end;

  constructor(milliseconds, end) {
    this.#left = milliseconds;
    this.#end = end;
    this.go();
  }

  go() {
    if (this.#timer !== undefined) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#end, this.#left);
  }

  hold() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left -= performance.now() - this.#since;
  }
}

function closeButton(text, close) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain close";
  button.setAttribute("aria-label", text);
  button.textContent = "×";
  button.addEventListener("click", close);
  return button;
}

function show(toast, texts) {
  const place = document.querySelector(".toasts");
  if (!place.contains(toast)) {
    place.replaceChildren(toast); // from a part of a page; only the last thing done is news
  }
  const countdown = new Countdown(SHOWN_FOR, () => toast.remove());
  announce(toast.textContent.trim().replace(/\s+/g, " "));
  toast.append(closeButton(texts.close, () => toast.remove()));
  toast.addEventListener("pointerenter", () => countdown.hold());
  toast.addEventListener("pointerleave", () => countdown.go());
  toast.addEventListener("focusin", () => countdown.hold());
  toast.addEventListener("focusout", () => countdown.go());
}

/** Shows what a part of a page has to tell that is not itself shown. */
export function toastsOf(part, texts) {
  part.querySelectorAll("[data-toast]").forEach((each) => show(each, texts));
}

export function startToasts(texts) {
  whenShown((part) => toastsOf(part, texts));
}
