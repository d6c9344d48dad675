// Forms while they are filled in: what is wrong is said on leaving a field, conditions hide and
// show, computed values follow, amounts stand in words. The page works without all of it.
//
// <form data-form='{"fields": …, "rules": …, "known": …, "texts": …}'>, made by
// webapp/inbox/browser_form.py; [data-when=path] is what a condition hides (a fieldset),
// [data-computed=path] shows what is worked out, [data-jalali] gets a calendar.

import { shown } from "../line-table/exact.js";
import { addCalendar } from "./calendar.js";
import { check, longestOf } from "./kinds.js";
import { addDrawing } from "./signature.js";
import { known, stand } from "./standing.js";
import { persianDigits } from "./text.js";
import { amountInWords } from "./words.js";

const REST = 300; // ms without typing before the server is asked
const language = document.documentElement.lang === "fa" ? "fa" : "en";
const plainPath = (path) => path.split("/").filter((part) => !/^\d+$/.test(part)).join("/");
const byId = (id) => document.getElementById(id);

/** The texts of a field by part, as the page has them now; of several choices a list. */
function typedIn(form, field, path) {
  if (["checklist", "taglist"].includes(field.type)) {
    return { "": [...form.querySelectorAll(`[name="${CSS.escape(path)}"]:checked`)].map((box) => box.value) };
  }
  if (["checkbox", "radio"].includes(field.type)) {
    return { "": form.querySelector(`[name="${CSS.escape(path)}"]:checked`)?.value ?? "" };
  }
  const parts = field.type === "jalaliDateRange" ? ["from", "to"]
    : field.type === "signature" ? ["", "drawn"]
      : field.type === "rial" ? ["", "unit"]
      : field.subtype === "datetime" ? ["date", "time"] : [""];
  return Object.fromEntries(parts.map((part) => {
    const found = form.querySelector(`[name="${CSS.escape(part ? `${path}/${part}` : path)}"]`);
    return [part, found?.value ?? ""];
  }));
}

/** Says what is wrong with a field below its label, or takes that away again. */
function tell(holder, id, text) {
  const field = byId(id);
  const message = byId(`${id}-problem`);
  if (!field) return;
  field.toggleAttribute("aria-invalid", Boolean(text));
  if (text) field.setAttribute("aria-invalid", "true");
  const described = (field.getAttribute("aria-describedby") ?? "").split(/\s+/)
    .filter((each) => each && each !== `${id}-problem`);
  if (text) described.push(`${id}-problem`);
  if (described.length) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
  if (!text) message?.remove();
  else if (message) message.querySelector("span").textContent = text;
  else {
    const line = Object.assign(document.createElement("p"), { className: "problem", id: `${id}-problem` });
    line.append(Object.assign(document.createElement("span"), { textContent: text }));
    (field.closest(".with-calendar, .adorned") ?? field).before(line);
  }
}

function worded(text, field, code) {
  const [least, most] = code === "GEN-LENGTH" ? [field.minLength, longestOf(field)] : [field.min, field.max];
  const bounds = { min: least ?? "0", max: most ?? "…", step: field.step ?? "" };
  const filled = text.replace(/\{(\w+)(?::number)?\}/g, (_, name) => bounds[name] ?? "…");
  return language === "fa" ? persianDigits(filled) : filled;
}

class FormPage {
  constructor(element) {
    this.element = element;
    this.form = JSON.parse(element.dataset.form);
    this.texts = this.form.texts;
    element.addEventListener("input", () => this.follow());
    element.addEventListener("change", () => this.follow());
    element.addEventListener("focusout", ({ target }) => this.left(target));
    for (const field of element.querySelectorAll("[data-jalali]")) addCalendar(field, this.texts);
    for (const box of element.querySelectorAll("[data-signature]")) addDrawing(box);
    for (const field of element.querySelectorAll("[data-lookup]")) this.searches(field);
    this.follow();
  }

  fieldAt(path) {
    return this.form.fields[plainPath(path)];
  }

  /** On leaving a field: what is wrong with it, in the words of the server. Empty is fine until sent. */
  left(target) {
    if (!target.name || target.type === "hidden") return;
    const path = this.fieldAt(target.name) ? target.name : target.name.replace(/\/[^/]*$/, "");
    const field = this.fieldAt(path);
    if (!field || target.closest("[data-when]")?.disabled) return;
    const typed = typedIn(this.element, field, path);
    if (Array.isArray(typed[""])) return;
    const parts = Object.keys(typed).filter((part) => part && part !== "drawn" && part !== "unit");
    if (parts.length && parts.some((part) => !typed[part].trim())) return; // the other half follows
    const { code, part } = check(field, typed);
    for (const each of parts) tell(this.element, `${path}/${each}`, "");
    if (!target.matches("[type=checkbox], [type=radio]")) {
      tell(this.element, part ? `${path}/${part}` : path, code ? worded(this.texts[code] ?? code, field, code) : "");
    }
  }

  follow() {
    this.sayAmounts();
    if (!Object.keys(this.form.rules).length) return;
    const places = stand(
      this.form,
      (path) => typedIn(this.element, this.fieldAt(path), path),
      (path) => Number(this.element.elements[`${path}/rows`]?.value ?? document.querySelectorAll(`[id^="${CSS.escape(path)}/"].list-row`).length),
    );
    const unsure = Object.values(places).some((place) => place.hidden === undefined || place.readonly === undefined || place.computed === false)
      || Object.values(this.form.rules).some((rule) => rule.choices === null || rule.required === null);
    this.apply(places);
    if (unsure && this.form.evaluate) this.ask();
  }

  apply(places) {
    for (const [path, place] of Object.entries(places)) {
      const box = this.element.querySelector(`[data-when="${CSS.escape(path)}"]`);
      if (box && place.hidden !== undefined) {
        box.hidden = place.hidden;
        box.disabled = place.hidden || place.readonly === true;
      }
      if (place.required !== undefined) {
        for (const each of this.element.querySelectorAll(`[name="${CSS.escape(path)}"]`)) {
          if (each.type !== "hidden") each.toggleAttribute("data-needed", place.required);
          if (!["hidden", "radio", "checkbox"].includes(each.type)) each.setAttribute("aria-required", String(place.required));
        }
      }
      if (place.computed) this.show(path, place.value);
      if (place.choices) this.offer(path, place.choices);
    }
  }

  show(path, value) {
    const said = document.querySelector(`[data-computed="${CSS.escape(path)}"] dd`);
    if (!said) return;
    const field = this.fieldAt(path);
    if (value === null || value === undefined || value === "") said.textContent = "—";
    else if (value === true || value === false) said.textContent = value ? this.texts.yes : this.texts.no;
    else if (typeof value === "object" && "units" in value) {
      const text = document.createElement("bdi");
      text.dir = "ltr";
      text.textContent = shown(value, language);
      said.replaceChildren(text, field?.type === "rial" ? ` ${this.texts.rials}` : "");
    } else if (typeof value === "string") said.textContent = value;
  }

  /** Asks the server for what only it can work out, some moments after the last change. */
  ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const asked = (this.asked = {});
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(this.element)) if (typeof value === "string") body.append(name, value);
      const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
      const answer = await fetch(this.form.evaluate, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } })
        .then((response) => (response.ok ? response.json() : undefined), () => undefined);
      if (!answer || asked !== this.asked) return;
      for (const [path, place] of Object.entries(answer)) {
        place.computed = (this.form.rules[plainPath(path)] ?? {}).computed !== undefined;
        place.value = known(place.value);
      }
      this.apply(answer);
    }, REST);
  }

  offer(path, choices) {
    const select = this.element.querySelector(`select[name="${CSS.escape(path)}"]`);
    if (!select) return;
    const chosen = select.value;
    const options = choices.map(([value, label]) => new Option(label, value, false, value === chosen));
    select.replaceChildren(select.options[0], ...options);
  }

  sayAmounts() {
    for (const line of this.element.querySelectorAll("[data-words]")) {
      const field = this.fieldAt(line.dataset.words);
      const typed = field ? typedIn(this.element, field, line.dataset.words) : {};
      const { value, code } = field ? check({ ...field, min: "-999999999999999999", max: undefined }, typed) : {};
      const said = value === undefined || code ? "" : amountInWords(BigInt(value), language, this.texts.tomans);
      if (line.textContent !== said) line.textContent = said;
    }
  }

  /** Choices that are too many for the page come by what is typed. */
  searches(field) {
    const list = byId(field.getAttribute("list"));
    let timer;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const address = `${field.dataset.lookup}&q=${encodeURIComponent(field.value)}`;
        const found = await fetch(address, { headers: { Accept: "application/json" } })
          .then((response) => (response.ok ? response.json() : []), () => []);
        list?.replaceChildren(...found.map((each) => new Option(each.label, each.label)));
      }, REST);
    });
  }
}

document.querySelectorAll("form[data-form]").forEach((each) => new FormPage(each));
