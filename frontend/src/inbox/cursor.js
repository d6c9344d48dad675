// The current row of a list: J and K move it, the focus stands on its link, so Enter opens it.

import { addAct } from "../keys/acts.js";

/** The rows one can go to: those with a link. */
export function rowsOf(table) {
  return [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.querySelector("a[href]"));
}

export function linkOf(row) {
  return row.querySelector(".title a[href], a[href]");
}

export function currentRow(table) {
  return rowsOf(table).find((row) => row.hasAttribute("data-current"));
}

/** Makes a row the current one; whoever follows it (the pane) hears `divan:row`. */
export function go(table, row, { focus = true } = {}) {
  for (const each of table.querySelectorAll("tr[data-current]")) each.removeAttribute("data-current");
  if (!row) return;
  row.setAttribute("data-current", "");
  if (focus) linkOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  row.dispatchEvent(new CustomEvent("divan:row", { bubbles: true }));
}

/** Which row comes `by` rows after the one at `at`; the first when none is current. */
export function following(rows, at, by) {
  return rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
}

export function startCursor(texts) {
  const table = () => document.querySelector("table[data-inbox]");
  const move = (by) => {
    const list = table();
    if (!list) return;
    const rows = rowsOf(list);
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    const at = focused < 0 ? rows.indexOf(currentRow(list)) : focused;
    go(list, following(rows, at, by));
  };
  addAct("KeyJ", texts.nextRow, () => move(1), { repeats: true });
  addAct("KeyK", texts.previousRow, () => move(-1), { repeats: true });
  addAct("Enter", texts.openRow, () => {
    const row = table() && currentRow(table());
    if (row) linkOf(row).click();
  });
  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest?.("table[data-inbox] tbody tr");
    if (row && !row.hasAttribute("data-current") && linkOf(row)) go(table(), row, { focus: false });
  });
}
