// Ticks in the rows of the list: all of a page at once, a range with Shift, and how many there
// are, shown and said aloud. The bar itself is shown without a script.

import { announce } from "../announce.js";
import { digits, fill } from "../asking.js";

const ticksOf = () => [...document.querySelectorAll("table[data-inbox] td.tick input")];

/** The ticks from one to another, whichever comes first. */
export function between(ticks, one, other) {
  const [from, to] = [ticks.indexOf(one), ticks.indexOf(other)].sort((a, b) => a - b);
  return from < 0 ? [] : ticks.slice(from, to + 1);
}

export function startTicks() {
  const bar = document.querySelector("form[data-bulk]");
  if (!bar) return;
  let last;
  const all = () => document.querySelector("[data-tick-all]");
  const show = () => {
    const ticks = ticksOf();
    const ticked = ticks.filter((each) => each.checked).length;
    const head = all();
    if (head) {
      head.hidden = false;
      head.checked = ticked > 0 && ticked === ticks.length;
      head.indeterminate = ticked > 0 && ticked < ticks.length;
    }
    const text = fill(bar.dataset.ticked, { count: digits(ticked) });
    bar.querySelector("[data-ticked-count]").textContent = text;
    return text;
  };
  const tell = () => announce(show());
  const tickAll = (checked) => {
    for (const each of ticksOf()) each.checked = checked;
    tell();
  };
  const page = bar.querySelector("[data-tick-page]");
  page.hidden = false;
  page.addEventListener("click", () => tickAll(true));
  bar.addEventListener("reset", () => setTimeout(tell)); // once they are taken off
  document.addEventListener("click", ({ target, shiftKey }) => {
    if (!target.matches?.("table[data-inbox] td.tick input")) return;
    if (shiftKey && last) for (const each of between(ticksOf(), last, target)) each.checked = target.checked;
    last = target;
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.("[data-tick-all]")) tickAll(target.checked);
    else if (target.matches?.("table[data-inbox] td.tick input")) tell();
  });
  document.addEventListener("divan:rows", show);
  show();
}
