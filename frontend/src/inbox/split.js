// List and task side by side on a wide screen: the pane follows the current row, and what is done
// in it happens there. The address says what is open (?open=/tasks/…); without scripts, and on a
// narrow screen, the same links lead to the same pages.

import { currentRow, go, linkOf, rowsOf } from "./cursor.js";
import { asked, fits, put, sent } from "./pane.js";
import { refresh } from "./refresh.js";
import { keep } from "../preferences.js";
import { toastsOf } from "../toast/index.js";

const WIDE = matchMedia("(min-width: 72rem)");
const PAUSE = 180; // milliseconds a row stays current before it is fetched: J may be held down

const table = () => document.querySelector("table[data-inbox]");
const rowOf = (address) => table() && rowsOf(table()).find((row) => linkOf(row).pathname === new URL(address, location.href).pathname);

class Split {
  #texts;
  #open;
  #timer;

  constructor(texts) {
    this.#texts = texts;
    const main = document.querySelector("main");
    this.side = document.createElement("div");
    this.side.className = "list-side";
    this.side.append(...main.childNodes);
    this.pane = document.createElement("section");
    this.pane.className = "pane";
    this.pane.tabIndex = -1;
    this.pane.dataset.pane = "";
    this.pane.setAttribute("aria-label", texts.pane);
    main.append(this.side, this.pane);
    main.classList.add("is-split");
    this.#listen();
    this.#begin();
  }

  #listen() {
    this.side.addEventListener("divan:row", ({ target }) => this.#later(linkOf(target).href));
    this.side.addEventListener("click", (event) => this.#rowClicked(event));
    this.pane.addEventListener("click", (event) => this.#paneClicked(event));
    for (const each of [this.side, this.pane]) each.addEventListener("submit", (event) => this.#submitted(event));
  }

  #begin() {
    const wanted = new URLSearchParams(location.search).get("open");
    const row = wanted && fits(wanted) ? rowOf(wanted) : table() && rowsOf(table())[0];
    if (row) go(table(), row, { focus: false });
    else this.#empty();
    if (wanted && !row && fits(wanted)) this.show(wanted);
  }

  #later(address) {
    clearTimeout(this.#timer);
    if (address !== this.#open) this.#timer = setTimeout(() => this.show(address), PAUSE);
  }

  async show(address, { focus = false } = {}) {
    clearTimeout(this.#timer);
    this.#open = address;
    this.pane.setAttribute("aria-busy", "true");
    const { answer, part } = await asked(address);
    if (this.#open === address) await this.#take(answer, part, { focus });
  }

  async #take(answer, part, { focus }) {
    if (!part || !fits(answer.url)) return location.assign(answer.url); // signed out, or elsewhere
    this.#say(answer.url);
    await put(this.pane, part);
    const wrong = this.pane.querySelector("[role=alert]");
    if (focus || wrong) {
      const first = wrong ?? this.pane.querySelector("h1");
      first.tabIndex = -1;
      first.focus({ preventScroll: !wrong });
    }
  }

  #say(address) {
    this.#open = address;
    const url = new URL(location.href);
    const shown = new URL(address);
    url.searchParams.set("open", shown.pathname + shown.search);
    history.replaceState(history.state, "", url);
  }

  #rowClicked(event) {
    const link = event.target.closest("table[data-inbox] a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || !fits(link.href)) return;
    event.preventDefault();
    go(table(), link.closest("tr"), { focus: false });
    this.show(link.href, { focus: true });
  }

  /** Tabs and acts of what is open are shown in the pane; other links lead away. */
  #paneClicked(event) {
    const link = event.target.closest(".tabs a[href], a[href][data-key]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.hasAttribute("download") || link.hash || !fits(link.href)) return;
    event.preventDefault();
    const isTab = link.closest(".tabs");
    this.show(link.href, { focus: !isTab }).then(() => isTab && this.pane.querySelector(".tabs [aria-current]")?.focus());
  }

  async #submitted(event) {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || (submitter?.formMethod || form.method) !== "post" || form.hasAttribute("data-whole")) return;
    event.preventDefault();
    clearTimeout(this.#timer); // what is sent belongs to what is shown, and not to the row after
    this.pane.setAttribute("aria-busy", "true");
    const left = this.#open;
    const { answer, part } = await asked(...sent(form, submitter));
    if (part && fits(answer.url)) {
      await this.#take(answer, part, { focus: true });
      await refresh(this.#texts);
      const row = rowOf(answer.url);
      if (row && row !== currentRow(table())) go(table(), row, { focus: false });
    } else if (part) {
      await this.#done(part, left);
    } else {
      location.assign(answer.url);
    }
    document.dispatchEvent(new Event("divan:changed"));
  }

  /** What was open has left the list: the page that answered tells so, and the next row is opened. */
  async #done(part, left) {
    toastsOf(part, this.#texts);
    await refresh(this.#texts);
    const next = table() && (currentRow(table()) ?? rowsOf(table())[0]);
    this.#open = undefined;
    if (!next || linkOf(next).href === left) return this.#empty();
    go(table(), next);
    return this.show(linkOf(next).href);
  }

  #empty() {
    const said = document.createElement("p");
    said.className = "empty";
    said.textContent = this.#texts.paneEmpty;
    this.pane.replaceChildren(said);
    this.pane.setAttribute("aria-busy", "false");
  }
}

/** The switch between both layouts, for whoever has room for two. */
function layoutButton(texts, isSplit) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "layout";
  button.dataset.key = "KeyV";
  button.textContent = texts.sideBySide;
  button.setAttribute("aria-pressed", String(isSplit));
  button.addEventListener("click", async () => {
    await keep("inbox.layout", isSplit ? "table" : "split");
    const url = new URL(location.href);
    url.searchParams.delete("open");
    location.assign(url);
  });
  return button;
}

export function startSplit(texts) {
  if (!WIDE.matches || !document.querySelector("[data-list]")) return;
  const isSplit = document.documentElement.dataset.layout === "split";
  document.querySelector(".page-head")?.append(layoutButton(texts, isSplit));
  if (isSplit) new Split(texts);
}
