// Saves a task's answer as typed. The form says where and what to tell:
// <form data-draft-url="…" data-draft-texts='{"saved": "Saved at {time}", …}' data-draft-trim="lines/">
// with a [data-draft-status] for the state. Fields whose names begin with data-draft-trim (cells of
// a line table) and that are saved already are left out when the form is sent: the server has them.

import { whenLeft, whenShown } from "../shown.js";
import { LocalCopy } from "./local.js";
import { Saver } from "./saver.js";

const SENT = "divan.sent:";
const KEPT_OUT = new Set(["password", "file", "hidden", "submit", "button"]);

function clock(language) {
  const text = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tehran",
  }).format(new Date());
  return language === "fa" ? text.replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text;
}

function valueOf(field) {
  return field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
}

const tokenOfPage = () => document.querySelector('meta[name="csrf-token"]');

function post(url, changes) {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    redirect: "error",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": tokenOfPage()?.content ?? "" },
    body: JSON.stringify({ changes }),
  });
}

/** Whether the same person is signed in again; then the page gets a token that holds. */
async function isBack(url, person) {
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) return false;
  const now = await answer.json();
  if (now.person !== person) return false;
  tokenOfPage().content = now.token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = now.token;
  return true;
}

function sender(url, person) {
  return async (changes) => {
    try {
      let response = await post(url, changes);
      if ([400, 401].includes(response.status)) {
        if (!(await isBack(url, person))) return { ok: false, final: false, state: "signed_out" };
        response = await post(url, changes);
      }
      const answer = await response.json().catch(() => ({}));
      const final = response.status >= 400 && response.status < 500 && response.status !== 429;
      return { ok: response.ok, final, answer };
    } catch {
      return { ok: false, final: false };
    }
  };
}

/** All that stands in a form, for the note of a step that was done without it. */
function allTyped(form) {
  const typed = {};
  for (const field of form.elements) {
    if (!field.name || KEPT_OUT.has(field.type)) continue;
    if (["checkbox", "radio"].includes(field.type) && !field.checked) continue;
    if (field.value) typed[field.name] = field.value;
  }
  return typed;
}

/** Puts a text into a field as if it were typed, and tells whether it was not there already. */
function putBack(form, name, text) {
  const found = form.elements[name];
  let isNew = false;
  if (!found) return isNew;
  if (found instanceof RadioNodeList || found.type === "checkbox") {
    for (const each of found instanceof RadioNodeList ? found : [found]) {
      const checked = each.value === text;
      if (each.checked === checked) continue;
      isNew = true;
      each.checked = checked;
      each.dispatchEvent(new Event("change", { bubbles: true }));
    }
  } else if (found.value !== text) {
    isNew = true;
    found.value = text;
    found.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return isNew;
}

/** Cells that were sent with a refused answer are in no draft yet: they are saved now. */
function saveAgain(form, saver) {
  const sent = JSON.parse(sessionStorage.getItem(SENT + form.action) || "[]");
  sessionStorage.removeItem(SENT + form.action);
  if (!form.querySelector("[data-draft-stale]")) return;
  for (const name of sent) {
    const field = form.elements[name];
    if (field) saver.change(name, field.value);
  }
}

function start(form) {
  const texts = JSON.parse(form.dataset.draftTexts || "{}");
  const status = document.querySelector("[data-draft-status]");
  const trim = form.dataset.draftTrim;
  let leaving = false;

  const tell = (state, answer) => {
    if (status) {
      status.dataset.draftState = state;
      status.textContent = (texts[state] ?? "").replace("{time}", clock(document.documentElement.lang));
    }
    if (state === "signed_out" && status) status.append(" ", signIn());
    if (state === "refused" && answer?.kept) {
      if (status) status.textContent = answer.notice;
      copy.write(new Map());
      if (!noted) post(form.dataset.draftUrl, allTyped(form)).catch(() => {});
      noted = true;
    }
    if (state === "saved" && answer?.problems) {
      form.dispatchEvent(new CustomEvent("draft:problems", { detail: answer.problems }));
    }
  };
  const { draftUrl, draftPerson, draftSignIn } = form.dataset;
  const copy = new LocalCopy(`divan.draft:${draftPerson}:${draftUrl}`);
  let noted = false;
  const signIn = () => Object.assign(document.createElement("a"), {
    href: draftSignIn, target: "_blank", rel: "noopener", textContent: texts.sign_in,
  });
  const saver = new Saver(sender(draftUrl, draftPerson), tell, { keep: (unsaved) => copy.write(unsaved) });

  /** An amount and its unit are saved together: one alone would mean ten times as much, or a tenth. */
  const withIt = ({ name, dataset }) =>
    [form.elements[dataset.unitOf], form.querySelector(`[data-unit-of="${CSS.escape(name)}"]`)].filter(Boolean);
  const hear = ({ target }) => {
    if (!target.name || target.form !== form || KEPT_OUT.has(target.type)) return;
    if (target.type === "checkbox" && form.elements[target.name] instanceof RadioNodeList) return;
    saver.change(target.name, valueOf(target));
    for (const each of withIt(target)) saver.change(each.name, each.value);
  };
  form.addEventListener("input", hear);
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio]")) hear(event);
  });

  // a refused answer brings back what was sent: nothing of that was typed without a connection
  const left = Object.entries(copy.read()).filter(([name, text]) => putBack(form, name, text));
  if (left.length && status) status.textContent = texts.restored;
  if (trim) {
    saveAgain(form, saver);
    form.addEventListener("formdata", ({ formData }) => {
      const sent = [];
      for (const name of [...formData.keys()]) {
        if (!name.startsWith(trim)) continue;
        if (saver.unsaved.has(name)) sent.push(name);
        else formData.delete(name);
      }
      sessionStorage.setItem(SENT + form.action, JSON.stringify(sent));
    });
  }
  form.addEventListener("submit", () => {
    leaving = true;
    saver.pause();
    setTimeout(() => { leaving = false; }, 10000);
  });
  window.addEventListener("online", () => saver.save());
  window.addEventListener("focus", () => { if (status?.dataset.draftState === "signed_out") saver.save(); });
  whenLeft((part) => { if (!leaving && part.contains(form)) saver.save(); });
  window.addEventListener("pagehide", () => { if (!leaving) saver.save(); });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && saver.unsaved.size) event.preventDefault();
  });
}

whenShown((part) => part.querySelectorAll("form[data-draft-url]").forEach(start));
