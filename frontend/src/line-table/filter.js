// Which lines are on the screen: a chapter, only differences, a text. Without this script the
// same fields ask the server.

import { latinDigits } from "./exact.js";

/** The form in which texts are compared: letters of one kind, no half-spaces, vowels or case. */
export function fold(text) {
  return latinDigits(text.normalize("NFKD"))
    .replace(/[\p{Mn}\p{Me}\p{Cf}\u0640]/gu, "")
    .replace(/[يى]/g, "ی").replace(/ك/g, "ک").replace(/[ةە]/g, "ه").replace(/ٱ/g, "ا")
    .toLowerCase().replace(/\s+/g, " ").trim();
}

export class Filter {
  constructor(section, language) {
    this.section = section;
    this.language = language;
    this.fields = Object.fromEntries(
      [...section.querySelectorAll("[data-filter]")].map((field) => [field.dataset.filter, field]),
    );
    this.texts = new Map();
    for (const field of Object.values(this.fields)) {
      field.addEventListener("input", () => this.apply());
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") event.preventDefault();
      });
    }
    section.querySelectorAll("[data-without-script]").forEach((each) => each.remove());
  }

  apply() {
    const chapter = this.fields.chapter.value;
    const differences = this.fields.differences.checked;
    const text = fold(this.fields.text.value);
    for (const body of this.section.querySelectorAll("tbody[data-chapter]")) {
      let count = 0;
      const other = chapter && body.dataset.chapter !== chapter;
      for (const tr of body.rows) {
        if (!tr.dataset.k) continue;
        tr.hidden = other || (differences && !this.differs(tr)) || !this.textOf(tr).includes(text);
        if (!tr.hidden) count += 1;
      }
      body.hidden = count === 0;
    }
  }

  differs(tr) {
    return tr.classList.contains("c") || tr.classList.contains("d") ||
      tr.querySelector("[aria-invalid]") !== null;
  }

  textOf(tr) {
    if (!this.texts.has(tr)) {
      this.texts.set(tr, fold(`${tr.cells[0].textContent} ${tr.cells[1].textContent}`));
    }
    return this.texts.get(tr);
  }
}
