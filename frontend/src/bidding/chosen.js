// The files chosen for one envelope: listed, taken out again, and looked at before sealing.

import { digits, fill } from "../asking.js";

const MOST = 190;
const LONGEST = 255; // characters of a name, as contents.py takes them

export class Chosen {
  /** list is the element that shows them; own the names the page itself packs. */
  constructor(input, list, texts, own = []) {
    Object.assign(this, { input, list, texts, own, files: [] });
    input.addEventListener("change", () => {
      this.files.push(...input.files);
      input.value = "";
      this.show();
    });
  }

  show() {
    this.list.replaceChildren(...this.files.map((file, at) => {
      const line = document.createElement("li");
      const name = Object.assign(document.createElement("bdi"), { textContent: file.name });
      const size = document.createElement("span");
      size.className = "muted small";
      size.textContent = ` ${fill(this.texts.size, { size: digits((file.size / 1024).toFixed(0)) })} `;
      const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: this.texts.remove });
      button.setAttribute("aria-label", `${this.texts.remove} ${file.name}`);
      button.addEventListener("click", () => {
        this.files.splice(at, 1);
        this.show();
        this.input.focus();
      });
      line.append(name, size, button);
      return line;
    }));
    this.list.dispatchEvent(new CustomEvent("change", { bubbles: true }));
  }

  /** Why these cannot be sealed; nothing when they can. */
  problem() {
    if (!this.files.length) return this.texts.missing;
    if (this.files.length > MOST) return this.texts.many;
    const seen = new Set(this.own);
    for (const { name, size } of this.files) {
      if (!size) return fill(this.texts.empty, { name });
      if ([...name].length > LONGEST) return fill(this.texts.long, { name });
      if (seen.has(name)) return fill(this.texts.twice, { name });
      seen.add(name);
    }
    return "";
  }
}
