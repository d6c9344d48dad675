// What was just done, for ten seconds at the foot of the page, with a button that takes it back.
//
// The page prints it as a notice (`_flashes.html`): <p class="notice done" data-toast> with, where
// it can be undone, <form data-undo> … <button data-key="KeyZ">. Without scripts it stays a notice.

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

function stand() {
  const found = document.querySelector(".toasts");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "toasts";
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
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

function lift(notice, texts) {
  const from = notice.parentElement;
  const place = stand();
  place.replaceChildren(); // only the last thing done is news, and only it can be taken back by Z
  const countdown = new Countdown(SHOWN_FOR, () => notice.remove());
  notice.removeAttribute("data-toast");
  notice.classList.add("toast");
  notice.append(closeButton(texts.close, () => notice.remove()));
  notice.addEventListener("pointerenter", () => countdown.hold());
  notice.addEventListener("pointerleave", () => countdown.go());
  notice.addEventListener("focusin", () => countdown.hold());
  notice.addEventListener("focusout", () => countdown.go());
  setTimeout(() => place.append(notice)); // after the region is there, so that it is read out
  if (from.matches(".notices") && !from.querySelector(".notice")) from.remove();
}

export function startToasts(texts) {
  whenShown((part) => part.querySelectorAll("[data-toast]").forEach((each) => lift(each, texts)));
}
