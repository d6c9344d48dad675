// The cells of a decision table: which lies below which, and what is said at them.

/** The cell of the same column some rows on; nothing when the table ends there. */
export function cellAfter(cell, by) {
  const place = cell.closest("td");
  const rows = [...place.closest("tbody").rows];
  const row = rows[rows.indexOf(place.parentElement) + by];
  return row?.cells[place.cellIndex]?.querySelector("textarea, input") ?? null;
}

/** Puts what was found beside the cells and rows, and takes away what holds no more. */
export function showMarks(body, marks, refused) {
  const wrong = new Set(refused);
  for (const mark of body.querySelectorAll(".mark")) {
    const id = mark.id.slice(0, -"-mark".length);
    const text = marks[id] ?? "";
    if (mark.textContent !== text) mark.textContent = text;
    mark.classList.toggle("refuses", wrong.has(id));
    const cell = body.querySelector(`[id="${id}"]`);
    if (!cell) continue;
    if (wrong.has(id)) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
    if (text) cell.closest("details")?.setAttribute("open", "");
  }
}
