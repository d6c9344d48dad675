// Saves a task's answer as typed. The form says where and what to tell:
// <form data-draft-url="…" data-draft-texts='{"saved": "Saved at {time}", …}' data-draft-trim="lines/">
// with a [data-draft-status] for the state. Fields whose names begin with data-draft-trim (cells of
// a line table) and that are saved already are left out when the form is sent: the server has them.

import { whenLeft, whenShown } from "../shown.js";
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

function sender(url) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  return async (changes) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        redirect: "error",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ changes }),
      });
      const answer = await response.json().catch(() => ({}));
      const final = response.status >= 400 && response.status < 500 && response.status !== 429;
      return { ok: response.ok, final, answer };
    } catch {
      return { ok: false, final: false };
    }
  };
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
    if (state === "saved" && answer?.problems) {
      form.dispatchEvent(new CustomEvent("draft:problems", { detail: answer.problems }));
    }
  };
  const saver = new Saver(sender(form.dataset.draftUrl), tell);

  const hear = ({ target }) => {
    if (!target.name || target.form !== form || KEPT_OUT.has(target.type)) return;
    if (target.type === "checkbox" && form.elements[target.name] instanceof RadioNodeList) return;
    saver.change(target.name, valueOf(target));
  };
  form.addEventListener("input", hear);
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio]")) hear(event);
  });

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
  whenLeft((part) => { if (!leaving && part.contains(form)) saver.save(); });
  window.addEventListener("pagehide", () => { if (!leaving) saver.save(); });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && saver.unsaved.size) event.preventDefault();
  });
}

whenShown((part) => part.querySelectorAll("form[data-draft-url]").forEach(start));
