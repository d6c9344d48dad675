// The bid workspace: what is typed and chosen is checked, sealed here, and sent as ciphertext.

import { announce } from "../announce.js";
import { digits, fill } from "../asking.js";
import { amountInWords } from "../forms/words.js";
import { shown } from "../line-table/exact.js";
import { lengthOf } from "../sealing/envelope.js";
import { fingerprintOf } from "../sealing/member.js";
import { fileOf, GUARANTEE_FILE, guaranteeFrom, guaranteeProblems, PRICE_FILE, priceFrom } from "../sealing/forms.js";
import { Chosen } from "./chosen.js";
import { leftIn, ServerClock } from "./clock.js";
import { Draft } from "./draft.js";
import { sealedBlob, sendBid, sendEnvelope } from "./sending.js";

const KINDS = ["A", "B", "C"];
const MEBIBYTE = 2 ** 20;
const AROUND = 4096; // bytes of an envelope beside its portions, more than enough
const RESYNC = 60000; // ms between two looks at the server's clock
const language = document.documentElement.lang;

/** The field that stands first on the page. */
function firstOf(fields) {
  return fields.reduce((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_PRECEDING ? b : a));
}

class Workspace {
  constructor(root) {
    this.root = root;
    this.told = JSON.parse(root.dataset.bidding);
    this.texts = JSON.parse(root.dataset.texts);
    this.address = root.dataset.address;
    this.clock = new ServerClock(this.told.now);
    this.draft = new Draft(`${this.told.bidder} ${this.told.number}`);
    this.deadline = this.told.deadline;
    this.isBusy = false;
    const own = { A: [GUARANTEE_FILE], B: [], C: [PRICE_FILE] };
    this.chosen = Object.fromEntries(KINDS.map((kind) => [
      kind, new Chosen(this.find(`[data-files="${kind}"]`), this.find(`[data-list="${kind}"]`), this.texts, own[kind]),
    ]));
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  start() {
    this.fill(this.draft.read());
    this.root.addEventListener("input", (event) => {
      if (!event.target.matches("[data-guarantee], [data-price]")) return;
      this.keep();
      if (event.target.hasAttribute("aria-invalid")) this.check(event.target);
    });
    this.root.addEventListener("focusout", ({ target, relatedTarget }) => {
      if (relatedTarget?.matches("[data-seal]")) return; // checks all; a page that moves loses the click
      if (target.matches("[data-guarantee], [data-price]") && target.value) this.check(target);
    });
    this.root.addEventListener("change", ({ target: { dataset } }) => { // files came or went
      if (dataset.list && this.find(`[data-files="${dataset.list}"]`).hasAttribute("aria-invalid")) this.say("files", dataset.list, this.chosen[dataset.list].problem());
    });
    this.find("[data-seal]").addEventListener("click", () => this.seal());
    this.find("[data-forget]").addEventListener("click", () => {
      this.draft.forget();
      this.fill({ guarantee: { beneficiary: this.told.required.beneficiary, concerns: this.told.required.concerns } });
      announce(this.texts.forgotten);
    });
    this.tick();
    setInterval(() => this.tick(), 1000);
    setInterval(() => this.ask().catch(() => {}), RESYNC);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.ask().catch(() => {});
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.isBusy) event.preventDefault();
    });
    if (!globalThis.crypto?.subtle) this.stop(this.texts.unable);
  }

  // what is typed

  typed(attribute) {
    const fields = this.root.querySelectorAll(`[data-${attribute}]`);
    return Object.fromEntries([...fields].map((each) => [each.dataset[attribute], each.value]));
  }

  fill({ guarantee = {}, price = {} }) {
    for (const [attribute, typed] of Object.entries({ guarantee, price })) {
      for (const field of this.root.querySelectorAll(`[data-${attribute}]`)) {
        const before = typed[field.dataset[attribute]];
        if (before !== undefined || field.defaultValue !== undefined) field.value = before ?? field.defaultValue;
      }
    }
    this.work();
  }

  keep() {
    this.draft.write({ guarantee: this.typed("guarantee"), price: this.typed("price") });
    this.work();
  }

  /** Works out each line and the sum while it is typed. */
  work() {
    const { total, totals } = priceFrom(this.told.items, this.typed("price"));
    for (const cell of this.root.querySelectorAll("[data-total]")) {
      const line = totals[cell.dataset.total];
      cell.textContent = line === undefined ? "—" : shown(line, language);
    }
    this.find("[data-sum]").textContent = total ? `${shown(total, language)} ${this.texts.rials}` : "—";
    this.find("[data-words]").textContent = total && total < 10n ** 18n ? amountInWords(total, language, "{amount}").replace(/ \(.*/, "") : "";
  }

  // what is wrong

  problems() {
    const guarantee = guaranteeFrom(this.typed("guarantee"));
    const found = guarantee.sheet ? guaranteeProblems(guarantee.sheet, this.told.required) : guarantee.problems;
    const price = priceFrom(this.told.items, this.typed("price"));
    const { least } = this.told; // the base price of property; a tender has none
    if (least && price.sheet && BigInt(price.sheet.total) < BigInt(least)) price.problems.push({ field: "total", code: "AUC-034" });
    return { guarantee: found, price: price.problems, sheets: { A: guarantee.sheet, C: price.sheet } };
  }

  say(attribute, name, text) {
    const field = this.find(`[data-${attribute}="${name}"]`);
    const said = document.getElementById(`${field.id}-problem`);
    said.textContent = text;
    said.hidden = !text;
    field.toggleAttribute("aria-invalid", Boolean(text));
    if (text) field.setAttribute("aria-invalid", "true");
    return text ? field : null;
  }

  /** Shows what is wrong beside one field, or beside all; the fields that are wrong are returned. */
  check(only) {
    const { guarantee, price } = this.problems();
    const all = [];
    for (const [attribute, problems] of Object.entries({ guarantee, price })) {
      for (const field of this.root.querySelectorAll(`[data-${attribute}]`)) {
        if (only && field !== only) continue;
        const name = field.dataset[attribute];
        const wrong = problems.find((each) => each.field === name);
        all.push(this.say(attribute, name, wrong ? this.texts[wrong.code] ?? wrong.code : ""));
      }
    }
    return all.filter(Boolean);
  }

  checkFiles(files) {
    const all = [];
    for (const kind of KINDS) {
      const limit = Math.floor(this.told.largest / MEBIBYTE);
      const length = files[kind] ? lengthOf(files[kind]) : 0;
      const sealed = length + Math.ceil(length / MEBIBYTE) * 16 + AROUND;
      const large = sealed > this.told.largest ? fill(this.texts.large, { limit: digits(limit) }) : "";
      const text = this.chosen[kind].problem() || large;
      all.push(this.say("files", kind, text));
    }
    return all.filter(Boolean);
  }

  filesOf(sheets) {
    const own = { A: [[GUARANTEE_FILE, sheets.A]], B: [], C: [[PRICE_FILE, sheets.C]] };
    return Object.fromEntries(KINDS.map((kind) => [
      kind, [...own[kind].filter(([, sheet]) => sheet).map(([name, sheet]) => fileOf(name, sheet)), ...this.chosen[kind].files],
    ]));
  }

  // sealing and sending

  async seal() {
    if (this.isBusy) return;
    this.status("");
    const { sheets } = this.problems();
    const files = this.filesOf(sheets);
    const wrong = [...this.check(), ...this.checkFiles(files)];
    if (wrong.length) {
      this.status(this.texts.wrong, "wrong");
      firstOf(wrong).focus();
      return;
    }
    this.busy(true);
    try {
      await this.sealAndSend(files);
    } catch (error) {
      this.status(error.said ?? (error.name === "NotReadableError" || error.name === "NotFoundError" ? this.texts.changed : this.texts.away), "wrong");
    } finally {
      this.busy(false);
    }
  }

  async sealAndSend(files) {
    const { headers } = await this.ask();
    await this.mustBePublished(headers);
    const hashes = {};
    for (const kind of KINDS) {
      const envelope = await sealedBlob(headers[kind], files[kind], (part) => this.progress(kind, this.texts.sealing, part / 2));
      const sending = (part) => this.progress(kind, this.texts.sending, 0.5 + part / 2);
      const again = () => this.line(kind, this.texts.again);
      hashes[kind] = this.taken(await sendEnvelope(`${this.address}/envelopes/${kind}`, envelope, sending, again)).sha256;
      this.line(kind, this.texts.sent);
    }
    this.status(this.texts.closing);
    const { version } = this.taken(await sendBid(`${this.address}/bid`, hashes, () => this.status(this.texts.again)));
    this.isBusy = false;
    location.assign(`${this.address}/receipts/${version}`);
  }

  /** Refuses keys that are not those of the published notice, whoever handed them out. */
  async mustBePublished(headers) {
    const prints = await Promise.all(KINDS.map(async (kind) => `${kind} ${await fingerprintOf(headers[kind].key)}`));
    if (prints.join(" · ") !== this.told.fingerprint) throw Object.assign(new Error("key"), { said: this.texts.key });
  }

  /** What was answered; a refusal is an error with the server's words. */
  taken({ status, answer }) {
    if (status === 200 || status === 201) return answer;
    const said = (answer.problems ?? []).map((each) => each.message).join(" ");
    throw Object.assign(new Error(String(status)), { said: said || this.texts.away });
  }

  progress(kind, text, part) {
    this.find(`[data-bar="${kind}"]`).value = part;
    this.line(kind, fill(text, { percent: `${digits(Math.floor(part * 100))}٪` }));
  }

  line(kind, text) {
    this.find(`[data-progress="${kind}"]`).textContent = text;
  }

  status(text, manner = "") {
    const place = this.find("[data-status]");
    place.textContent = text;
    place.hidden = !text;
    place.className = `notice ${manner}`.trim();
  }

  busy(isBusy) {
    this.isBusy = isBusy;
    this.find("[data-seal]").disabled = isBusy;
    this.find("[data-envelopes]").hidden = false;
  }

  stop(text) {
    this.find("[data-seal]").disabled = true;
    this.status(text, "wrong");
  }

  // the server's clock

  async ask() {
    const answer = await fetch(`${this.address}/now`, { credentials: "same-origin", headers: { Accept: "application/json" } });
    const told = this.taken({ status: answer.status, answer: await answer.json() });
    this.clock.set(told.now);
    this.deadline = told.deadline;
    this.tick();
    if (!told.headers) throw Object.assign(new Error("closed"), { said: told.problems.join(" ") || this.texts["TND-005"] });
    return told;
  }

  tick() {
    const left = this.clock.until(this.deadline);
    const place = this.find("[data-clock]");
    place.textContent = left >= 0 ? leftIn(left, this.texts.left) : this.texts.late;
    place.classList.toggle("overdue", left < 0);
  }
}

const root = document.querySelector("[data-bidding]");
if (root) new Workspace(root).start();
