// A Jalali calendar beside a date field, as a dialog with a grid (WAI-ARIA Authoring Practices:
// date picker dialog). The text field stays the truth; the calendar only writes into it.

import * as jalali from "./jalali.js";
import { persianDigits } from "./text.js";

let opened; // one calendar at a time

export function addCalendar(field, texts) {
  const language = document.documentElement.lang === "fa" ? "fa" : "en";
  const button = made("button", { type: "button", className: "open-calendar" });
  button.setAttribute("aria-haspopup", "dialog");
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  button.setAttribute("aria-label", `${texts.open}: ${(label?.textContent ?? "").trim().replace(/\s+/g, " ")}`);
  const box = made("span", { className: "with-calendar" });
  field.replaceWith(box);
  box.append(field, button);
  button.addEventListener("click", () => {
    opened?.close();
    opened = new Calendar(field, button, texts, language);
  });
}

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

class Calendar {
  constructor(field, button, texts, language) {
    Object.assign(this, { field, button, texts, language });
    this.day = jalali.parse(field.value) ?? jalali.today();
    this.chosen = jalali.parse(field.value);
    this.dialog = made("dialog", { className: "calendar" });
    this.dialog.setAttribute("aria-label", texts.choose);
    this.heading = made("h2", { className: "month" });
    this.heading.setAttribute("aria-live", "polite");
    this.grid = made("table");
    this.grid.setAttribute("role", "grid");
    const turn = (label, months) => {
      const turner = made("button", { type: "button", className: `turn ${months < 0 ? "back" : "on"}` });
      turner.setAttribute("aria-label", label);
      turner.addEventListener("click", () => this.show(jalali.plusMonths(this.day, months)));
      return turner;
    };
    const close = made("button", { type: "button", textContent: texts.close });
    close.addEventListener("click", () => this.close());
    this.dialog.append(
      made("div", { className: "turning" }, turn(texts.previous, -1), this.heading, turn(texts.next, 1)),
      this.grid, close,
    );
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("close", () => this.leave());
    button.after(this.dialog);
    this.dialog.showModal();
    this.show(this.day, true);
  }

  digits(text) {
    return this.language === "fa" ? persianDigits(String(text)) : String(text);
  }

  show(day, focuses = false) {
    this.day = day;
    this.heading.textContent = `${jalali.MONTHS[this.language][day.month - 1]} ${this.digits(day.year)}`;
    this.grid.setAttribute("aria-label", this.heading.textContent);
    this.grid.replaceChildren(this.head(), this.body());
    if (focuses) this.grid.querySelector('[tabindex="0"]').focus();
  }

  head() {
    const row = made("tr");
    for (const name of jalali.WEEKDAYS[this.language]) {
      const cell = made("th", { scope: "col", abbr: name, textContent: name.slice(0, this.language === "fa" ? 1 : 2) });
      cell.setAttribute("aria-label", name);
      row.append(cell);
    }
    return made("thead", {}, row);
  }

  body() {
    const { year, month } = this.day;
    const empty = jalali.weekdayOf({ year, month, day: 1 });
    const cells = Array.from({ length: empty }, () => made("td"));
    for (let date = 1; date <= jalali.monthLength(year, month); date += 1) cells.push(this.cell(date));
    while (cells.length % 7) cells.push(made("td"));
    const body = made("tbody");
    while (cells.length) body.append(made("tr", {}, ...cells.splice(0, 7)));
    return body;
  }

  cell(date) {
    const day = { ...this.day, day: date };
    const button = made("button", { type: "button", textContent: this.digits(date) });
    button.tabIndex = date === this.day.day ? 0 : -1;
    const text = jalali.written(day);
    const cell = made("td", {}, button);
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-selected", String(this.chosen !== undefined && jalali.written(this.chosen) === text));
    if (text === jalali.written(jalali.today())) button.setAttribute("aria-current", "date");
    const weekday = jalali.WEEKDAYS[this.language][jalali.weekdayOf(day)];
    const month = jalali.MONTHS[this.language][day.month - 1];
    button.setAttribute("aria-label", `${weekday} ${this.digits(date)} ${month} ${this.digits(day.year)}`);
    button.addEventListener("click", () => this.choose(day));
    return cell;
  }

  key(event) {
    const back = document.documentElement.dir === "rtl" ? 1 : -1; // where the left arrow goes
    const weekday = jalali.weekdayOf(this.day);
    const move = {
      ArrowLeft: () => jalali.plusDays(this.day, back),
      ArrowRight: () => jalali.plusDays(this.day, -back),
      ArrowUp: () => jalali.plusDays(this.day, -7),
      ArrowDown: () => jalali.plusDays(this.day, 7),
      Home: () => jalali.plusDays(this.day, -weekday),
      End: () => jalali.plusDays(this.day, 6 - weekday),
      PageUp: () => jalali.plusMonths(this.day, event.shiftKey ? -12 : -1),
      PageDown: () => jalali.plusMonths(this.day, event.shiftKey ? 12 : 1),
    }[event.key];
    if (!move) return;
    event.preventDefault();
    this.show(move(), true);
  }

  choose(day) {
    this.field.value = this.digits(jalali.written(day));
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.close();
    this.field.dispatchEvent(new Event("focusout", { bubbles: true }));
  }

  close() {
    this.dialog.close();
  }

  leave() {
    this.dialog.remove();
    this.button.focus();
    if (opened === this) opened = undefined;
  }
}
