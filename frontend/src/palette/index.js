// The command palette: one field over everything one can do or go to (ARIA: combobox with listbox).

import { digits, fill, siteAddress } from "../asking.js";
import { matches } from "./fold.js";
import { localGroups } from "./local.js";

const PAUSE = 150; // milliseconds after the last letter
const ORDER = ["acts", "tasks", "cases", "start", "pages", "view"];

function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter(Boolean));
  return element;
}

class Palette {
  #texts;
  #local;
  #found = {};
  #options = [];
  #at = 0;
  #asked = 0;
  #timer;
  #isBehind = false; // what is shown of the site answers an older question
  #isChosen = false; // Enter came before the answer

  constructor(texts) {
    this.#texts = texts;
    this.#local = new Map(localGroups(texts)); // before the dialog is open: of the page beneath
    this.field = made("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list",
      "aria-autocomplete": "list", "aria-label": texts.palette, placeholder: texts.ask,
      autocomplete: "off", spellcheck: "false", dir: "auto",
    });
    this.list = made("div", { role: "listbox", id: "palette-list", "aria-label": texts.palette });
    this.status = made("p", { role: "status", class: "hint" });
    this.dialog = made("dialog", { class: "palette", "aria-label": texts.palette }, this.field, this.list, this.status);
    this.field.addEventListener("input", () => this.#typed());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("click", ({ target }) => {
      if (target === this.dialog) this.dialog.close(); // beside it
    });
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#show();
    this.#ask();
  }

  #typed() {
    this.#at = 0;
    this.#isBehind = true;
    this.#isChosen = false;
    this.#show();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  /** An answer counts only while no later question was asked. */
  async #ask() {
    const asked = ++this.#asked;
    try {
      const answer = await fetch(siteAddress(`/find?q=${encodeURIComponent(this.field.value)}`), {
        credentials: "same-origin", headers: { Accept: "application/json" },
      });
      if (!answer.ok || asked !== this.#asked) return;
      this.#found = await answer.json();
    } catch { /* no connection: what is here already can still be found */ }
    if (asked !== this.#asked) return;
    this.#isBehind = false;
    this.#show();
    if (this.#isChosen) this.#choose();
  }

  #choose() {
    this.#isChosen = this.#isBehind;
    const chosen = this.#options[this.#at];
    if (chosen && !this.#isBehind) this.#take(chosen.line);
  }

  #show() {
    const sought = this.field.value;
    const filtered = (lines) => lines.filter(({ title }) => !sought || matches(title, sought));
    const groups = ORDER.map((name) => [
      name, this.#local.has(name) ? filtered(this.#local.get(name)) : this.#found[name] ?? [],
    ]).filter(([, lines]) => lines.length);
    this.#options = [];
    this.list.replaceChildren(...groups.map(([name, lines]) => this.#group(name, lines)));
    this.status.textContent = this.#options.length
      ? fill(this.#texts.found, { count: digits(this.#options.length) }) : this.#texts.nothing;
    this.#mark(Math.min(this.#at, this.#options.length - 1));
  }

  #group(name, lines) {
    const id = `palette-${name}`;
    const heading = made("div", { id, class: "heading", role: "presentation" }, this.#texts[name]);
    return made("div", { role: "group", "aria-labelledby": id }, heading, ...lines.map((line) => this.#option(line)));
  }

  #option(line) {
    const at = this.#options.length;
    const keys = made("span", { class: "keys", "aria-hidden": "true" },
      ...(line.keys ?? []).map((sign) => made("kbd", {}, sign)));
    const option = made("div", { role: "option", id: `palette-${at}` },
      made("span", { class: "name", dir: "auto" }, line.title),
      line.under && made("span", { class: "under", dir: "auto" }, line.under),
      line.keys?.length && keys);
    option.addEventListener("click", () => this.#take(line));
    option.addEventListener("pointermove", () => this.#mark(at));
    this.#options.push({ option, line });
    return option;
  }

  #mark(at) {
    this.#options.forEach(({ option }, index) => option.setAttribute("aria-selected", String(index === at)));
    this.#at = Math.max(0, at);
    const marked = this.#options[at]?.option;
    if (marked) this.field.setAttribute("aria-activedescendant", marked.id);
    else this.field.removeAttribute("aria-activedescendant");
    marked?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const count = this.#options.length;
    const to = { ArrowDown: this.#at + 1, ArrowUp: this.#at - 1, PageDown: this.#at + 8, PageUp: this.#at - 8 }[event.key];
    if (to !== undefined && count) {
      event.preventDefault();
      const wrapped = event.key.startsWith("Arrow") ? (to + count) % count : Math.max(0, Math.min(count - 1, to));
      this.#mark(wrapped);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#choose();
    }
  }

  #take({ address, run }) {
    this.dialog.close();
    if (address) location.assign(address);
    else run();
  }
}

export function openPalette(texts) {
  if (!document.querySelector("dialog[open]")) new Palette(texts).open();
}
