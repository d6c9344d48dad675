// The line table in the browser: totals without a round trip, keyboard, paste, filters.
// What is typed is saved by draft.js, which hears the same input events.

import { whenShown } from "../shown.js";
import { decimal, minus, plain, quantity, rounded, shown, times, ZERO } from "./exact.js";
import { Filter } from "./filter.js";
import { PasteReport } from "./report.js";
import { read } from "./paste.js";
import { Reasons } from "./reasons.js";
import { Sums } from "./sums.js";

const PREVIOUS = 5; // column of the quantity certified with the last statement
const SAYS_MORE = 1200; // ms of rest before a screen reader hears the new total

class Line {
  constructor(tr, chapter) {
    this.tr = tr;
    this.chapter = chapter;
    this.key = tr.dataset.k;
    this.factor = tr.dataset.f;
    this.price = decimal(tr.dataset.p) ?? ZERO;
    this.before = decimal(tr.dataset.b) ?? ZERO;
    this.input = tr.querySelector("input");
    this.reasonCell = tr.querySelector("td.r");
    this.amountCell = tr.lastElementChild;
    this.differenceCell = this.amountCell.previousElementSibling;
    this.amount = 0n;
  }

  /** Reads the cell; an empty or a wrong one counts as the quantity of the party before. */
  take() {
    const { value, code } = quantity(this.input.value);
    const own = value ?? this.before;
    this.code = code;
    this.difference = minus(own, this.before);
    this.amount = rounded(times(own, this.price));
    return this.amount;
  }

  get isChanged() {
    return this.difference.units !== 0n;
  }
}

class LineTable {
  constructor(section) {
    const { facts, texts } = JSON.parse(section.querySelector("[data-lines-facts]").textContent);
    this.section = section;
    this.facts = facts;
    this.texts = texts;
    this.language = section.dataset.language;
    this.table = section.querySelector("table.lt");
    this.reasons = new Reasons(section, this.table.id, texts);
    this.filter = new Filter(section, this.language);
    this.report = new PasteReport(section, texts, this.language);
    this.cells = Object.fromEntries(
      [...section.querySelectorAll("[data-sum]")].map((cell) => [cell.dataset.sum, cell]),
    );
    this.count();
    this.listen();
  }

  /** Reckons every line once; from then on only changes are. */
  count() {
    this.lines = new Map();
    this.chapterCells = new Map();
    this.sums = new Sums(this.facts.factors, this.facts.fixed);
    for (const { factor, chapter, amount } of this.facts.hidden) {
      this.sums.add(factor, chapter, BigInt(amount)); // lines the server's filter left out
    }
    for (const body of this.table.tBodies) {
      const chapter = body.dataset.chapter;
      this.chapterCells.set(chapter, body.querySelector(".ch-sum"));
      for (const tr of body.querySelectorAll("tr[data-k]")) {
        const line = new Line(tr, chapter);
        this.lines.set(line.key, line);
        this.sums.add(line.factor, chapter, line.take());
        if (line.code && !line.input.hasAttribute("aria-invalid")) {
          this.showProblem(line.input.name, this.texts[line.code]); // typed wrong and left so
        }
      }
    }
  }

  listen() {
    this.table.addEventListener("input", ({ target }) => {
      const line = this.lineOf(target);
      if (line && target === line.input) this.change(line);
    });
    this.table.addEventListener("focusin", ({ target }) => {
      const line = this.lineOf(target);
      if (!line) return;
      if (target === line.input) this.typedBefore = target.value;
      this.reasons.showActs(line, (act) => this.decide(line, act));
    });
    this.table.addEventListener("keydown", (event) => this.key(event));
    this.table.addEventListener("paste", (event) => this.paste(event));
    const form = this.section.closest("form");
    for (const { field } of this.facts.fixedParts) {
      form?.elements[field]?.addEventListener("input", () => this.changeFixed(form));
      form?.elements[`${field}/unit`]?.addEventListener("change", () => this.changeFixed(form));
    }
    form?.addEventListener("draft:problems", ({ detail }) => {
      for (const [path, text] of Object.entries(detail)) this.showProblem(path, text);
    });
  }

  lineOf(target) {
    return this.lines.get(target.closest("tr")?.dataset.k);
  }

  change(line) {
    const old = line.amount;
    this.sums.add(line.factor, line.chapter, line.take() - old);
    this.showLine(line);
    this.showTotals(line.chapter);
  }

  /** What fields outside the table add to the total, such as materials on site. */
  changeFixed(form) {
    this.sums.fixed = this.facts.fixedParts.reduce((sum, { field, unit, value }) => {
      const typed = decimal(form.elements[field]?.value ?? "");
      const tens = typed && form.elements[`${field}/unit`]?.value === "toman" ? "10" : "1";
      return sum + rounded(times(times(typed ?? decimal(value), decimal(tens)), decimal(unit)));
    }, 0n);
    this.showTotals();
  }

  showLine(line) {
    line.amountCell.textContent = shown(line.amount, this.language);
    line.differenceCell.textContent = line.isChanged ? shown(line.difference, this.language) : "";
    line.tr.classList.toggle("c", line.isChanged);
    if (line.isChanged) this.reasons.ask(line);
    this.showProblem(line.input.name, line.code ? this.texts[line.code] : "");
  }

  showTotals(chapter) {
    const put = (name, number) => {
      if (this.cells[name]) this.cells[name].textContent = shown(number, this.language);
    };
    const { lines, works, gross } = this.sums;
    const before = this.facts.before;
    put("lines", lines);
    put("works", works);
    put("gross", gross);
    put("period", gross - BigInt(this.facts.previousTotal));
    put("difference-lines", lines - BigInt(before.lines));
    put("difference-works", works - BigInt(before.works));
    const cell = this.chapterCells.get(chapter);
    if (cell) cell.textContent = shown(this.sums.chapter(chapter), this.language);
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.say(gross), SAYS_MORE);
  }

  say(gross) {
    const output = this.section.querySelector("[data-lines-said]");
    if (output) output.textContent = this.texts.total.replace("{total}", shown(gross, this.language));
  }

  /** Puts a message beside its cell, or takes it away when there is none. */
  showProblem(path, text) {
    const input = document.getElementById(path);
    if (!input) return;
    const id = `${path}-problem`;
    const old = document.getElementById(id);
    if (!text) {
      old?.remove();
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      return;
    }
    const message = old ?? document.createElement("span");
    message.className = "problem";
    message.id = id;
    message.textContent = text;
    if (!old) input.after(message);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
  }

  key(event) {
    const line = this.lineOf(event.target);
    if (!line || event.isComposing || event.ctrlKey || event.metaKey) return;
    const inEntry = event.target === line.input;
    if (event.altKey) {
      const act = { KeyA: "accept", KeyR: "reject" }[event.code];
      if (!act || !this.reasons.areAsked) return;
      this.decide(line, act);
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") this.go(line, event.shiftKey ? -1 : 1);
    else if (inEntry && event.key === "ArrowDown") this.go(line, 1);
    else if (inEntry && event.key === "ArrowUp") this.go(line, -1);
    else if (inEntry && event.key === "Escape") this.type(line, this.typedBefore ?? "");
    else return;
    event.preventDefault();
  }

  go(line, by) {
    const shownLines = this.shownLines();
    const next = shownLines[shownLines.indexOf(line) + by];
    if (!next) return;
    next.input.focus();
    next.input.select();
  }

  shownLines() {
    return [...this.lines.values()].filter((line) => !line.tr.hidden);
  }

  /** Accepting leaves the cell empty; rejecting goes back to what was certified before. */
  decide(line, act) {
    const previous = decimal(line.tr.cells[PREVIOUS].textContent) ?? ZERO;
    this.type(line, act === "accept" ? "" : plain(previous));
    if (act === "reject" && line.isChanged) this.reasons.focus(line);
    else line.input.focus();
  }

  /** Puts a text into a cell as if it were typed. */
  type(line, text) {
    if (line.input.value === text) return;
    line.input.value = text;
    line.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  paste(event) {
    const line = this.lineOf(event.target);
    if (!line || event.target !== line.input) return;
    const found = read(event.clipboardData.getData("text/plain"), {
      all: [...this.lines.keys()],
      shown: this.shownLines().map((each) => each.key),
      from: line.key,
    });
    if (!found) return;
    event.preventDefault();
    const before = new Map();
    for (const [key, text] of found.values) {
      const each = this.lines.get(key);
      before.set(key, each.input.value);
      this.type(each, text);
    }
    const wrong = [...found.values.keys()].filter((key) => this.lines.get(key).code);
    this.report.show(found, wrong, () => {
      for (const [key, text] of before) this.type(this.lines.get(key), text);
    });
  }
}

function start(section) {
  if (section.querySelector("[data-lines-facts]")) new LineTable(section);
  else new Filter(section, section.dataset.language);
}

whenShown((part) => part.querySelectorAll("[data-lines]").forEach(start));
