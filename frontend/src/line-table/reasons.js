// Why a reviewer changed a line: the fields appear only where a quantity differs, made from
// one <template>, and the row at hand offers to accept or to reject.

export class Reasons {
  constructor(section, table, texts) {
    this.fields = section.querySelector("template[data-reason]");
    this.table = table;
    this.texts = texts;
    this.acts = undefined;
  }

  get areAsked() {
    return this.fields !== null;
  }

  /** Makes the reason and the note of a line, once; they stay when the change is taken back. */
  ask(line) {
    if (!this.areAsked || line.reasonCell.querySelector("select")) return;
    const made = this.fields.content.cloneNode(true);
    for (const field of made.querySelectorAll("[data-part]")) {
      const path = `${this.table}/${line.key}/${field.dataset.part}`;
      field.name = path;
      field.id = path;
      field.setAttribute("aria-label", `${field.getAttribute("aria-label")} ${line.key}`);
      field.removeAttribute("data-part");
    }
    line.reasonCell.prepend(made);
  }

  focus(line) {
    line.reasonCell.querySelector("select")?.focus();
  }

  /** Moves the two buttons to the line at hand; their keys are Alt+A and Alt+R. */
  showActs(line, decide) {
    if (!this.areAsked) return;
    this.acts ??= this.makeActs();
    this.decide = decide;
    if (this.acts.parentElement !== line.reasonCell) line.reasonCell.append(this.acts);
  }

  makeActs() {
    const acts = document.createElement("span");
    acts.className = "lt-acts";
    for (const [act, key] of [["accept", "A"], ["reject", "R"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1; // the keys do it from the cell, Tab goes to the next line
      button.textContent = this.texts[act];
      button.title = `${this.texts[act]} (Alt+${key})`;
      button.setAttribute("aria-keyshortcuts", `Alt+${key}`);
      button.addEventListener("click", () => this.decide(act));
      acts.append(button);
    }
    return acts;
  }
}
