// What a paste did: how many values were taken, and by name those that were not.

import { shown } from "./exact.js";

const MOST = 20; // codes listed by name

export class PasteReport {
  constructor(section, texts, language) {
    this.host = section.querySelector("[data-paste-report]");
    this.texts = texts;
    this.language = language;
  }

  /** found: of paste.read; wrong: codes whose value is no quantity; undo: takes it all back. */
  show(found, wrong, undo) {
    const count = (number) => shown(BigInt(number), this.language);
    const lines = [this.texts.taken.replace("{count}", count(found.values.size))];
    const list = (codes, text) => {
      if (!codes.length) return;
      const names = codes.slice(0, MOST).join(", ") + (codes.length > MOST ? " …" : "");
      lines.push(`${text.replace("{count}", count(codes.length))} \u2066${names}\u2069`);
    };
    list(wrong, this.texts.wrong);
    list(found.unknown, this.texts.unknown);
    list(found.repeated, this.texts.repeated);
    if (found.left) lines.push(this.texts.left.replace("{count}", count(found.left)));
    this.host.replaceChildren(...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }), this.button(this.texts.undo, undo), this.button(this.texts.close));
    this.host.hidden = false;
  }

  button(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = text;
    button.addEventListener("click", () => {
      act?.();
      this.host.hidden = true;
    });
    return button;
  }
}
