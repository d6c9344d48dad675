// Who has a draft open and who of them edits: says every half minute that this page is open, shows
// what it hears, and lets one ask, hand over and take over without leaving the page.

import { token } from "../asking.js";
import { announce } from "../announce.js";

const EVERY = 30000; // ms; the server forgets a page after three times as long
const SOON = 5000; // ms; while somebody asks or is asked

function post(url, body = {}) {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

function line(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

/** What the page says and offers, told by what the server knows; pure but for making elements. */
export function parts(known, texts, act) {
  const button = (text, name, address) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    made.addEventListener("click", () => act(name, address));
    return made;
  };
  const made = [];
  if (known.is_me) made.push(line(texts.me));
  else if (known.editor) {
    made.push(line(filled(texts.other, { name: known.editor, since: known.since })));
    if (known.may_take_over) made.push(button(texts.take_over, "take-over"));
    else if (known.has_asked) made.push(line(texts.asked));
    else made.push(button(texts.ask, "ask"));
  } else made.push(line(texts.nobody));
  for (const each of known.others) {
    made.push(line(filled(each.asks && known.is_me ? texts.asks : texts.open, each)));
    if (known.is_me) made.push(button(filled(texts.hand_over, each), "hand-over", each.hand_over));
  }
  return made;
}

export function watchEditing(place, changed = () => {}) {
  const here = place.dataset.editing;
  const texts = JSON.parse(place.dataset.editingTexts);
  let shown = place.dataset.editingNow;
  let timer;

  const show = (known) => {
    const text = JSON.stringify(known);
    if (text !== shown || !place.dataset.editingShown) {
      place.replaceChildren(...parts(known, texts, act));
      if (place.dataset.editingShown) announce(place.textContent);
      place.dataset.editingShown = "1";
      shown = text;
      changed(known);
    }
    clearTimeout(timer);
    const isAsked = known.has_asked || (known.is_me && known.others.some((each) => each.asks));
    timer = setTimeout(say, isAsked ? SOON : EVERY);
  };
  const ask = async (url, body) => {
    try {
      const answer = await post(url, body);
      if (answer.ok) show(await answer.json());
    } catch {
      clearTimeout(timer);
      timer = setTimeout(say, EVERY);
    }
  };
  const act = (name, address) => ask(address ?? here.replace(/here$/, name));
  const say = () => { if (place.isConnected) ask(here); };

  say();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) say(); });
  window.addEventListener("pagehide", () => { post(here, { leaves: true }).catch(() => {}); });
}
