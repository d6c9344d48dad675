// The list of the keys that do something here, in a dialog, with the switch to turn letters off.

import { keep } from "../preferences.js";
import { labels } from "./acts.js";
import { lettersAreOn } from "./index.js";
import { signsOf } from "./shortcut.js";

function made(name, text, properties = {}) {
  const element = Object.assign(document.createElement(name), properties);
  if (text) element.textContent = text;
  return element;
}

function line({ key, label }) {
  const row = made("div");
  const term = made("dt");
  signsOf(key).forEach((sign, at) => term.append(at ? " " : "", made("kbd", sign)));
  row.append(term, made("dd", label));
  return row;
}

function section(title, found) {
  const part = made("section");
  const list = made("dl", "", { className: "keys-list" });
  list.append(...found.map(line));
  part.append(made("h3", title), list);
  return found.length ? [part] : [];
}

function switchOf(texts) {
  const label = made("label", "", { className: "option" });
  const box = made("input", "", { type: "checkbox", checked: lettersAreOn() });
  box.addEventListener("change", () => {
    document.documentElement.dataset.keys = box.checked ? "on" : "off";
    keep("keys", box.checked);
  });
  label.append(box, texts.letters);
  return label;
}

export function showHelp(texts) {
  const found = labels();
  const places = found.filter(({ key }) => key.includes(" "));
  const here = found.filter(({ key }) => !key.includes(" "));
  const dialog = made("dialog", "", { className: "keys-help" });
  dialog.setAttribute("aria-labelledby", "keys-help");
  const parts = made("div", "", { className: "keys-parts" });
  parts.append(...section(texts.here, here), ...section(texts.places, places));
  const close = made("form", "", { method: "dialog" });
  close.append(made("button", texts.close, { autofocus: true }));
  dialog.append(made("h2", texts.keyboard, { id: "keys-help" }), parts,
    made("p", texts.anyLayout, { className: "hint" }), switchOf(texts), close);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
