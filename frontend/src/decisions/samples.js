// Sample rows under a decision table: kept in this browser, filled from a spreadsheet.

const MOST = 50; // rows, as the server takes them

export class Samples {
  constructor(form, key, storage = window.localStorage) {
    Object.assign(this, { form, key, storage });
    this.putBack();
  }

  get rows() {
    return [...this.form.querySelectorAll("[data-samples] tbody tr")];
  }

  values() {
    return this.rows.map((row) => [...row.querySelectorAll("input")].map((each) => each.value));
  }

  keep() {
    try {
      this.storage.setItem(this.key, JSON.stringify(this.values()));
    } catch { /* no room, or forbidden: then they are gone with the page */ }
  }

  putBack() {
    let kept = null;
    try {
      kept = JSON.parse(this.storage.getItem(this.key) ?? "null");
    } catch { /* not ours */ }
    const typed = this.values().some((row) => row.some(Boolean));
    if (Array.isArray(kept) && !typed) this.fill(kept, 0, 0);
  }

  paste(cell, rows) {
    this.fill(rows, this.rows.indexOf(cell.closest("tr")), cell.closest("td").cellIndex - 1);
    this.keep();
  }

  /** Puts values in from a row and column on; rows are added below as they are needed. */
  fill(values, row, column) {
    values.slice(0, MOST - row).forEach((texts, at) => {
      const inputs = this.row(row + at)?.querySelectorAll("input") ?? [];
      texts.forEach((text, nth) => { if (inputs[column + nth]) inputs[column + nth].value = String(text); });
    });
  }

  row(at) {
    const last = this.rows.at(-1);
    if (at < this.rows.length || !last) return this.rows[at];
    const made = last.cloneNode(true);
    made.querySelectorAll("input").forEach((each) => { each.value = ""; });
    made.querySelectorAll("td:not(:has(input))").forEach((each) => each.replaceChildren());
    last.after(made);
    const number = (text) => text.replace(/[\d۰-۹]+/, (old) => (/[۰-۹]/.test(old) ? String(at + 1).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : String(at + 1)));
    made.cells[0].textContent = number(made.cells[0].textContent);
    made.querySelectorAll("input").forEach((each) => each.setAttribute("aria-label", number(each.getAttribute("aria-label"))));
    return made;
  }
}
