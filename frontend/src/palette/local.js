// What the palette offers without asking the site: acts of this page, pages, how pages look.

import { acts } from "../keys/acts.js";
import { signsOf } from "../keys/shortcut.js";
import { keep } from "../preferences.js";

const words = (element) => (element.dataset.keyLabel ?? element.textContent).trim().replace(/\s+/g, " ");

function actsHere() {
  const known = new Set();
  const found = [];
  for (const { key, label, run } of acts()) {
    if (!label || key.includes(" ") || key === "Ctrl+KeyK" || known.has(label)) continue;
    known.add(label);
    found.push({ title: label, keys: signsOf(key), run });
  }
  for (const button of document.querySelectorAll(".action-bar button, .action-bar a.button")) {
    const title = words(button);
    const usable = !button.disabled && button.checkVisibility?.() !== false;
    if (title && usable && !known.has(title)) found.push({ title, run: () => button.click() });
  }
  return found;
}

function pages() {
  return [...document.querySelectorAll(".rail nav a[href]")].map((link) => ({
    title: words(link),
    address: link.href,
    keys: link.dataset.key ? signsOf(link.dataset.key) : [],
  }));
}

function look(name, value, standard) {
  const { dataset } = document.documentElement;
  if (value === standard) delete dataset[name];
  else dataset[name] = value;
  keep(name, value);
}

function views(texts) {
  return [
    ...["dark", "light", "auto"].map((value) => ({
      title: texts[value], run: () => look("theme", value, "auto"),
    })),
    ...["compact", "comfortable"].map((value) => ({
      title: texts[value], run: () => look("density", value, "comfortable"),
    })),
  ];
}

/** The groups in their order, before anything is filtered. */
export function localGroups(texts) {
  return [["acts", actsHere()], ["pages", pages()], ["view", views(texts)]];
}
