// Puts the rows of a fresh list into the one that is shown: what is the same stays as it is, with
// its focus and its tick, and nothing that one looks at moves.

const keyOf = (row) => row.querySelector(".title a[href], a[href]")?.getAttribute("href") ?? row.textContent;

function rowsByKey(table) {
  return new Map([...table.tBodies[0].rows].map((row) => [keyOf(row), row]));
}

/** What a row says, without what the reader has done to it. */
function said(row) {
  const bare = row.cloneNode(true);
  for (const name of ["data-current", "data-new", "aria-selected"]) bare.removeAttribute(name);
  return bare.innerHTML + bare.className;
}

function take(row, fresh) {
  if (said(row) === said(fresh)) return;
  const ticked = row.querySelector("input[type=checkbox]")?.checked;
  const focused = row.contains(document.activeElement) && document.activeElement;
  const at = focused && [...row.querySelectorAll("a, button, input")].indexOf(focused);
  row.className = fresh.className;
  row.replaceChildren(...fresh.childNodes);
  const box = row.querySelector("input[type=checkbox]");
  if (box && ticked) box.checked = true;
  if (focused) (row.querySelectorAll("a, button, input")[at] ?? row.querySelector("a"))?.focus({ preventScroll: true });
}

/** The row to keep in its place: the current one, else the first in sight. */
function anchorOf(table) {
  const rows = [...table.tBodies[0].rows];
  return rows.find((row) => row.hasAttribute("data-current")) ??
    rows.find((row) => row.getBoundingClientRect().bottom > 0);
}

/** Returns the rows that have come. */
export function mergeRows(table, fresh) {
  const body = table.tBodies[0];
  const known = rowsByKey(table);
  const wanted = rowsByKey(fresh);
  const anchor = anchorOf(table);
  const top = anchor?.getBoundingClientRect().top;
  const come = [];
  leave(body, known, wanted);
  let before = body.rows[0] ?? null;
  for (const [key, row] of wanted) {
    const shown = known.get(key);
    const placed = shown ?? row;
    if (shown) take(shown, row);
    else if (!row.classList.contains("heading")) {
      come.push(row); // a heading that came with it is no work
      row.setAttribute("data-new", "");
    }
    if (placed === before) before = placed.nextElementSibling;
    else body.insertBefore(placed, before);
  }
  if (anchor?.isConnected) window.scrollBy(0, anchor.getBoundingClientRect().top - top);
  return come;
}

/** Takes rows away that are no longer in the list; the current one hands on to the next. */
function leave(body, known, wanted) {
  for (const [key, row] of known) {
    if (wanted.has(key)) continue;
    if (row.hasAttribute("data-current")) {
      const heir = heirOf(row, wanted);
      heir?.setAttribute("data-current", "");
      if (row.contains(document.activeElement)) heir?.querySelector("a")?.focus({ preventScroll: true });
    }
    row.remove();
  }
}

function heirOf(row, wanted) {
  const stays = (other) => other.querySelector("a[href]") && wanted.has(keyOf(other)); // no heading
  for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
    if (stays(next)) return next;
  }
  for (let last = row.previousElementSibling; last; last = last.previousElementSibling) {
    if (stays(last)) return last;
  }
  return undefined;
}
