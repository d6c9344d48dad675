// The editor of a decision table: what is typed is kept by itself, acts change the table in place,
// and the keyboard goes through it as through a spreadsheet. Without this script its buttons do all.

import { token } from "../asking.js";
import { announce } from "../announce.js";
import { Keeper } from "../designer/keeper.js";
import { LocalModel } from "../designer/local.js";
import { cells } from "../line-table/paste.js";
import { watchEditing } from "../studio/editing.js";
import { cellAfter, showMarks } from "./table.js";
import { Samples } from "./samples.js";

function clock() {
  const text = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tehran" }).format(new Date());
  return document.documentElement.lang === "fa" ? text.replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text;
}

class Editor {
  constructor(form) {
    this.form = form;
    this.body = form.querySelector("[data-sheet-body]");
    this.status = document.querySelector("[data-sheet-status]");
    this.texts = JSON.parse(form.dataset.texts);
    const key = `${form.dataset.person}:${location.pathname}${location.search}`;
    this.local = new LocalModel(`divan.decision:${key}`);
    this.samples = new Samples(form, `divan.samples:${key}`);
    this.keeper = new Keeper({
      read: async () => this.typed(),
      send: (text, version) => this.send(text, version),
      tell: (state, facts) => this.tell(state, facts),
      keep: (text, version) => this.local.write(text, version),
      version: this.version,
    });
    this.putBack();
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("paste", (event) => this.paste(event));
    form.addEventListener("click", (event) => this.copy(event));
    window.addEventListener("online", () => this.keeper.save());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.keeper.save(); });
    window.addEventListener("beforeunload", (event) => { if (this.keeper.isDirty) event.preventDefault(); });
    form.dataset.sheetReady = "1";
  }

  get version() {
    return Number(this.form.elements.version.value);
  }

  /** What the form would send, without what belongs to this visit alone. */
  typed() {
    const sent = new URLSearchParams(new FormData(this.form));
    for (const each of ["csrf_token", "pasted", "paste.row", "paste.column", "s"]) sent.delete(each);
    return sent.toString();
  }

  /** Work that never arrived is sent over the version it was typed over; the page then shows it. */
  async putBack() {
    const left = this.local.read();
    if (!left || left.text === this.typed()) return;
    this.form.inert = true;
    this.tell("restored");
    const answer = await this.send(left.text, left.version).catch(() => ({ state: "offline" }));
    this.form.inert = false;
    if (answer.state === "offline" || answer.state === "signed_out") return this.tell(answer.state);
    this.local.write(null);
    if (answer.state === "saved") location.reload();
    else this.tell(answer.state, answer);
    return undefined;
  }

  changed({ target }) {
    if (target.name === "s") this.samples.keep();
    else if (target.name !== "pasted") this.keeper.changed();
  }

  async post(text, version) {
    const sent = new URLSearchParams(text);
    sent.set("version", version);
    return fetch(this.form.action, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body: sent,
    });
  }

  /** Sends what was typed; says what became of it in the keeper's words. */
  async send(text, version) {
    const answer = await this.post(text, version);
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.show(told);
      return { state: "saved", version: told.version };
    }
    if (answer.status === 409) return { state: "moved", both: told.both };
    if ([400, 401].includes(answer.status)) return { state: "signed_out" };
    if (answer.status >= 500 || answer.status === 429) return { state: "offline" };
    const said = (each) => (document.documentElement.lang === "fa" && each.messageFa) || each.message;
    return { state: "refused", why: (told.errors ?? told.problems ?? []).map(said).join(" ") || String(answer.status) };
  }

  show(told) {
    this.form.elements.version.value = told.version;
    if (told.html) this.body.innerHTML = told.html;
    else {
      showMarks(this.body, told.marks, told.refused);
      this.body.querySelector("[data-sheet-found]").innerHTML = told.found;
    }
  }

  tell(state, facts = {}) {
    if (this.status.dataset.state === state && state === "waiting") return;
    this.status.dataset.state = state;
    this.status.textContent = (this.texts[state] ?? "").replace("{time}", clock()).replace("{why}", facts.why ?? "");
    if (facts.both) this.status.append(" ", Object.assign(document.createElement("a"), { href: facts.both, textContent: this.texts.see_both }));
  }

  submit(event) {
    event.preventDefault();
    const act = event.submitter?.name === "act" ? event.submitter.value : "";
    const rest = act === "paste" ? ["pasted"] : act === "try" ? ["s"] : [];
    this.act(act, rest, event.submitter);
  }

  /** Does an act on the server and shows the table it made; nothing typed is lost when it fails. */
  async act(act, more = [], button = null) {
    if (this.acting || this.keeper.moved) return;
    this.acting = true;
    const place = this.place(button);
    while (this.keeper.busy) await new Promise((done) => setTimeout(done, 50));
    const before = this.typed();
    const sent = this.withAct(act, more, before);
    this.hold(true);
    try {
      const answer = await this.post(sent, this.keeper.version);
      const told = await answer.json().catch(() => ({}));
      this.hold(false);
      if (!answer.ok) {
        this.refused(answer, told, before);
        button?.focus();
        return;
      }
      this.keeper.arrived(told.version);
      this.show(told);
      if (told.problems?.length) announce(told.problems.join(" "));
      this.goTo(place, told);
    } catch {
      this.hold(false);
      button?.focus();
      this.keeper.changed();
      this.tell("act_offline");
    } finally {
      this.acting = false;
    }
  }

  /** While an act is under way nothing is typed, and nothing is saved over the same version. */
  hold(isHeld) {
    this.keeper.never(this.keeper.timer);
    this.keeper.busy = isHeld;
    if (isHeld) this.keeper.isDirty = false;
    this.form.inert = isHeld;
  }

  /** What the form sends for an act: what was typed, the samples, and what the act asks beside. */
  withAct(act, more, typed) {
    const sent = new URLSearchParams(typed);
    const all = new URLSearchParams(new FormData(this.form));
    for (const name of new Set([...more, "s"])) for (const text of all.getAll(name)) sent.append(name, text);
    for (const name of ["paste.row", "paste.column"]) if (more.includes("pasted")) sent.set(name, all.get(name) ?? "");
    sent.set("act", act || "keep");
    return sent;
  }

  refused(answer, told, text) {
    if (answer.status === 409) {
      this.keeper.moved = true;
      this.local.write(null);
      return this.tell("moved", told);
    }
    this.local.write(text, this.keeper.version);
    if (answer.status >= 500 || answer.status === 429) return this.tell("act_offline");
    if ([400, 401].includes(answer.status)) return this.tell("signed_out");
    const said = (each) => (document.documentElement.lang === "fa" && each.messageFa) || each.message;
    return this.tell("refused", { why: (told.errors ?? []).map(said).join(" ") || String(answer.status) });
  }

  /** Where the focus goes once the table is shown anew. */
  place(button) {
    const [act, at] = (button?.value ?? "").split(" ");
    const row = { "add-row": Number(at), "copy-row": Number(at) + 1, "raise-row": Number(at) - 1, "lower-row": Number(at) + 1, "remove-row": Number(at) }[act];
    if (row !== undefined) return `t-${Math.max(0, row)}-0`;
    return button?.value || document.activeElement?.id || "";
  }

  goTo(place, told) {
    if (told.problems?.length) return this.body.querySelector("[role=alert]")?.focus();
    const found = document.getElementById(place)
      ?? [...this.form.querySelectorAll("button[name=act]")].find((each) => each.value === place)
      ?? (place.startsWith("t-") ? this.body.querySelector("tbody tr:last-child textarea") : null);
    found?.focus();
    return undefined;
  }

  key(event) {
    const cell = event.target;
    if (!cell.matches("table.sheet textarea, table.samples input") || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.key === "Enter" ? (event.shiftKey ? -1 : 1) : { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || (event.key !== "Enter" && cell.value.includes("\n"))) return;
    event.preventDefault();
    const next = cellAfter(cell, by);
    next?.focus();
    next?.select();
  }

  /** Several cells from a spreadsheet go in from this cell on. */
  paste(event) {
    const cell = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const rows = cells(text);
    if (rows.length === 0 || (rows.length === 1 && rows[0].length === 1)) return;
    if (cell.name === "s") {
      event.preventDefault();
      this.samples.paste(cell, rows);
      return;
    }
    if (!cell.matches("table.sheet tbody textarea")) return;
    event.preventDefault();
    this.form.elements.pasted.value = text;
    this.form.elements["paste.row"].value = cell.closest("tr").dataset.row;
    this.form.elements["paste.column"].value = cell.closest("td").cellIndex - 1;
    this.act("paste", ["pasted"], cell);
  }

  async copy(event) {
    const link = event.target.closest("[data-sheet-copy]");
    if (!link || !navigator.clipboard) return;
    event.preventDefault();
    try {
      await this.keeper.save();
      const answer = await fetch(link.href, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      await navigator.clipboard.writeText(await answer.text());
      this.tell("copied");
    } catch {
      location.assign(link.href); // a file then
    }
  }
}

document.querySelectorAll("[data-editing]").forEach((place) => watchEditing(place));
document.querySelectorAll("[data-sheet][data-may-change]").forEach((form) => new Editor(form));
